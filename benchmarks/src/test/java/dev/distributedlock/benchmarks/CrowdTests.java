package dev.distributedlock.benchmarks;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import dev.distributedlock.benchmarks.Rival.Client;
import dev.distributedlock.benchmarks.Rival.Lock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Crowd}.
 */
@Timeout(60)
class CrowdTests {

	private static final int SIZE = 200;

	private final ReentrantLock lock = new ReentrantLock(true);

	private final Lock locked = (key) -> {
		this.lock.lockInterruptibly();
		return this.lock::unlock;
	};

	@Test
	void everybodyGetsTheLockOnceItIsFree() throws InterruptedException {
		this.lock.lock();
		Crowd crowd = crowd(this.locked);
		crowd.awaitAsking();
		long start = System.nanoTime();
		this.lock.unlock();
		Crowd.Result result = crowd.await(start, Duration.ofSeconds(30));
		assertThat(result.failures()).isZero();
		assertThat(result.overlaps()).isZero();
		assertThat(result.failure()).isEmpty();
		assertThat(result.nanos()).isBetween(1L, TimeUnit.SECONDS.toNanos(30));
	}

	@Test
	void whoWaitsForTooLongIsSentAwayAndCountsAsAFailure() throws InterruptedException {
		this.lock.lock();
		Crowd.Result result = crowd(this.locked).await(System.nanoTime(), Duration.ofMillis(50));
		this.lock.unlock();
		assertThat(result.failures()).isEqualTo(SIZE);
		assertThat(result.failure()).hasValueSatisfying((text) -> assertThat(text).contains("InterruptedException"));
	}

	@Test
	void failureOfTheLockIsCountedWithItsReason() throws InterruptedException {
		Crowd.Result result = crowd((key) -> {
			throw new IllegalStateException("no connection for " + key);
		}).await(System.nanoTime(), Duration.ofSeconds(30));
		assertThat(result.failures()).isEqualTo(SIZE);
		assertThat(result.failure())
			.hasValueSatisfying((text) -> assertThat(text).contains("no connection for wanted"));
	}

	private static Crowd crowd(Lock lock) {
		return new Crowd(new Rival("tested", Client.NONE, lock), "wanted", SIZE);
	}

}
