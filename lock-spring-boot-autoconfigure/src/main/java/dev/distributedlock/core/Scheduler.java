package dev.distributedlock.core;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs tasks later, on a thread of its own, and has callers wait. Tasks never block. The
 * only place of the engine where time passes; tests replace it together with the
 * {@link dev.distributedlock.backend.Ticker}.
 */
interface Scheduler extends AutoCloseable {

	/**
	 * Run a task once.
	 * @param delayNanos the delay, in nanoseconds
	 * @param task the task
	 * @return cancels the task if it has not started
	 */
	Task after(long delayNanos, Runnable task);

	/**
	 * Have the current thread wait for a result.
	 * @param nanos how long at most, in nanoseconds
	 */
	default <T> T await(CompletableFuture<T> result, long nanos)
			throws InterruptedException, ExecutionException, TimeoutException {
		return result.get(nanos, TimeUnit.NANOSECONDS);
	}

	/** Stop: no task starts any more. */
	@Override
	void close();

	/** A task that was scheduled. */
	@FunctionalInterface
	interface Task {

		/** A task that is over, or never was. */
		Task NONE = () -> {
		};

		void cancel();

	}

}
