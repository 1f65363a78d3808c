package dev.distributedlock.core;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

import dev.distributedlock.backend.Ticker;
import dev.distributedlock.backend.Timeline;

/**
 * The {@link Scheduler} of a registry whose clock owns all time.
 */
final class TimelineScheduler implements Scheduler {

	private final Timeline timeline;

	private volatile boolean closed;

	private TimelineScheduler(Timeline timeline) {
		this.timeline = timeline;
	}

	/** Return the scheduler that goes with a clock. */
	static Scheduler of(Ticker ticker) {
		return (ticker instanceof Timeline timeline) ? new TimelineScheduler(timeline) : new TimerThread();
	}

	@Override
	public Task after(long delayNanos, Runnable task) {
		Runnable cancellation = this.timeline.after(delayNanos, () -> {
			if (!this.closed) {
				task.run();
			}
		});
		return cancellation::run;
	}

	@Override
	public <T> T await(CompletableFuture<T> result, long nanos)
			throws InterruptedException, ExecutionException, TimeoutException {
		if (!this.timeline.await(result, nanos)) {
			throw new TimeoutException();
		}
		return result.get();
	}

	@Override
	public void close() {
		// The timeline may serve others as well.
		this.closed = true;
	}

}
