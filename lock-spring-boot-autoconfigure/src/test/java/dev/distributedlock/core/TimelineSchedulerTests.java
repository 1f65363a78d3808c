package dev.distributedlock.core;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import dev.distributedlock.LockLease;
import dev.distributedlock.LockLostException;
import dev.distributedlock.LockRequest;
import dev.distributedlock.LockTimeoutException;
import dev.distributedlock.backend.Ticker;
import dev.distributedlock.backend.Timeline;
import dev.distributedlock.backend.memory.InMemoryLockBackend;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A registry whose clock owns all time.
 */
class TimelineSchedulerTests {

	private final ManualTimeline time = new ManualTimeline();

	private final InMemoryLockBackend store = new InMemoryLockBackend(this.time);

	private final LockRequest request = LockRequest.of("orders", 42).waitAtMost(Duration.ofHours(1));

	@Test
	void waitsByTheTimeline() {
		try (LockLease lease = registry().acquire(this.request)) {
			long start = this.time.nanos();
			assertThatExceptionOfType(LockTimeoutException.class).isThrownBy(() -> registry().acquire(this.request));
			assertThat(this.time.nanos() - start).isEqualTo(TimeUnit.HOURS.toNanos(1));
			assertThat(lease.isValid()).isTrue();
		}
	}

	@Test
	void renewsByTheTimelineUntilItIsClosed() {
		DefaultLockRegistry registry = registry();
		LockLease lease = registry.acquire(this.request);
		this.time.manual.advance(Duration.ofHours(1));
		assertThat(lease.isValid()).isTrue();
		registry.engine().scheduler().close();
		this.time.manual.advance(Duration.ofHours(1));
		assertThat(lease.isValid()).isFalse();
		assertThatExceptionOfType(LockLostException.class).isThrownBy(lease::close);
	}

	@Test
	void clockThatIsNoTimelineHasATimerThread() {
		try (Scheduler scheduler = TimelineScheduler.of(Ticker.system())) {
			assertThat(scheduler).isInstanceOf(TimerThread.class);
		}
	}

	private DefaultLockRegistry registry() {
		return DefaultLockRegistry.builder(this.store).ticker(this.time).build();
	}

	/** Whoever waits puts the clock forward. */
	private static final class ManualTimeline implements Timeline {

		private final ManualTime manual = new ManualTime();

		@Override
		public long nanos() {
			return this.manual.nanos();
		}

		@Override
		public Runnable after(long delayNanos, Runnable task) {
			Scheduler.Task planned = this.manual.after(delayNanos, task);
			return planned::cancel;
		}

		@Override
		public boolean await(CompletableFuture<?> result, long nanos) {
			this.manual.advance(Duration.ofNanos(nanos));
			return result.isDone();
		}

	}

}
