package dev.distributedlock.backend;

import dev.distributedlock.LockKey;

/**
 * A {@link LockBackend} that tells waiting instances when a lock is released. A signal is
 * a hint: it may come late, twice, for nothing or not at all, so the engine polls as
 * well.
 */
public interface ReleaseSignals {

	/**
	 * Start to deliver signals. Called when an attempt that
	 * {@linkplain AcquireCommand#waiting() waits} is denied for the first time; returns
	 * at once, while the connection may still be in the making, and does not throw if the
	 * store is away. Several listeners may subscribe.
	 * @param listener who is told; it does not block
	 * @return ends the subscription
	 */
	Subscription subscribe(Listener listener);

	/** Is told of released locks. */
	interface Listener {

		/**
		 * A lock was released.
		 * @param key the lock
		 */
		void released(LockKey key);

		/**
		 * Signals may have been missed until now: the subscription became active, or
		 * active again.
		 */
		void resumed();

	}

	/** A subscription that can be ended. */
	@FunctionalInterface
	interface Subscription extends AutoCloseable {

		/** End the subscription. */
		@Override
		void close();

	}

}
