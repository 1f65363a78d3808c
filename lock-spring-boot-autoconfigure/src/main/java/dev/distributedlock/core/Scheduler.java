package dev.distributedlock.core;

/**
 * Runs tasks later, on a thread of its own. Tasks never block. The only place of the
 * engine, beside a caller's own wait, where time passes; tests replace it together with
 * the {@link dev.distributedlock.backend.Ticker}.
 */
interface Scheduler extends AutoCloseable {

	/**
	 * Run a task once.
	 * @param delayNanos the delay, in nanoseconds
	 * @param task the task
	 * @return cancels the task if it has not started
	 */
	Task after(long delayNanos, Runnable task);

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
