package dev.distributedlock.core;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The {@link Scheduler} of a running system: one daemon thread, started when first
 * needed.
 */
final class TimerThread implements Scheduler {

	private static final Logger logger = LoggerFactory.getLogger(TimerThread.class);

	private final ScheduledThreadPoolExecutor executor;

	TimerThread() {
		this.executor = new ScheduledThreadPoolExecutor(1, (task) -> {
			Thread thread = new Thread(task, "distributed-lock-timer");
			thread.setDaemon(true);
			return thread;
		});
		// A lock that is released after a millisecond must not keep its timer for a
		// lease.
		this.executor.setRemoveOnCancelPolicy(true);
	}

	@Override
	public Task after(long delayNanos, Runnable task) {
		try {
			ScheduledFuture<?> scheduled = this.executor.schedule(() -> runSafely(task), delayNanos,
					TimeUnit.NANOSECONDS);
			return () -> scheduled.cancel(/* mayInterruptIfRunning= */ false);
		}
		catch (RejectedExecutionException ex) {
			// Closed: whatever it was, the shutdown has taken care of it.
			return Task.NONE;
		}
	}

	private static void runSafely(Runnable task) {
		try {
			task.run();
		}
		catch (RuntimeException | Error ex) {
			logger.warn("A task of the lock engine failed", ex);
		}
	}

	@Override
	public void close() {
		this.executor.shutdownNow();
	}

}
