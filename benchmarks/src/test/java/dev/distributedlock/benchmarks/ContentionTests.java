package dev.distributedlock.benchmarks;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.LongStream;

import dev.distributedlock.benchmarks.Rival.Client;
import dev.distributedlock.benchmarks.Rival.Lock;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link Contention}.
 */
class ContentionTests {

	private static final Lock NO_LOCK = (key) -> () -> {
	};

	private final ReentrantLock lock = new ReentrantLock(true);

	private final Lock locked = (key) -> {
		this.lock.lockInterruptibly();
		return this.lock::unlock;
	};

	@Test
	void lockExcludesAndItsFiguresAddUp() throws InterruptedException {
		Tally tally = run(this.locked, Duration.ofMillis(1), 300);
		assertThat(tally.overlaps()).isZero();
		assertThat(tally.acquisitions()).isBetween(1L, 300L);
		assertThat(tally.insideNanos()).isBetween(TimeUnit.MILLISECONDS.toNanos(tally.acquisitions()),
				TimeUnit.MILLISECONDS.toNanos(300));
		assertThat(tally.finished()).isBetween(tally.acquisitions(), tally.acquisitions() + 4);
		assertThat(tally.waits()).hasSize((int) tally.finished());
		assertThat(LongStream.of(tally.handOvers())).isNotEmpty().allMatch((nanos) -> nanos > 0);
		assertThat(tally.handOversToOtherJvm()).isEmpty();
	}

	@Test
	void overlapIsNoticedInALongSection() throws InterruptedException {
		assertThat(run(NO_LOCK, Duration.ofMillis(1), 100).overlaps()).isPositive();
	}

	@Test
	void overlapIsNoticedInAnEmptySection() throws InterruptedException {
		assertThat(run(NO_LOCK, Duration.ZERO, 500).overlaps()).isPositive();
	}

	@Test
	void lockThatLeaksNowAndThenIsNoticed() throws InterruptedException {
		ThreadLocal<Integer> count = ThreadLocal.withInitial(() -> 0);
		Lock leaky = (key) -> {
			count.set(count.get() + 1);
			return (count.get() % 50 == 0) ? NO_LOCK.acquire(key) : this.locked.acquire(key);
		};
		assertThat(run(leaky, Duration.ofMillis(1), 1000).overlaps()).isPositive();
	}

	@Test
	void failureOfALockNamesTheRival() {
		assertThatIllegalStateException().isThrownBy(() -> run((key) -> {
			throw new IllegalArgumentException("out of order");
		}, Duration.ZERO, 100)).withMessageContaining("tested").havingRootCause().withMessage("out of order");
	}

	private static Tally run(Lock lock, Duration section, long millis) throws InterruptedException {
		try (Contention contention = new Contention(4, 1, Section.inMemory(), section)) {
			long start = System.nanoTime();
			return contention.run(new Rival("tested", Client.NONE, lock), "key", start,
					start + TimeUnit.MILLISECONDS.toNanos(millis));
		}
	}

}
