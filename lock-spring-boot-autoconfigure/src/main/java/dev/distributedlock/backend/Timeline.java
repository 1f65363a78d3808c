package dev.distributedlock.backend;

import java.util.concurrent.CompletableFuture;

/**
 * A clock that also decides when timers fire and how long a wait lasts. A registry that
 * is built with one has no other notion of time, so that a test can let hours pass in a
 * moment, with all that happens meanwhile: renewals, attempts, time-outs.
 */
public interface Timeline extends Ticker {

	/**
	 * Run a task once.
	 * @param delayNanos the delay by this clock, in nanoseconds; at once if it is not
	 * positive
	 * @param task the task; does not block, and what it throws has no effect on others
	 * @return cancels the task if it has not started
	 */
	Runnable after(long delayNanos, Runnable task);

	/**
	 * Wait for a result.
	 * @param result what to wait for
	 * @param nanos how long at most by this clock, in nanoseconds
	 * @return {@code false} if the time passed without a result
	 * @throws InterruptedException if the thread is or was interrupted
	 */
	boolean await(CompletableFuture<?> result, long nanos) throws InterruptedException;

}
