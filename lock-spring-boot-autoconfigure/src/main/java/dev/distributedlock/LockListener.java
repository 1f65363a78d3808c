package dev.distributedlock;

import java.time.Duration;

/**
 * Is told what happens to the locks of this instance. Meters are made of this.
 * <p>
 * Methods are called by the threads that acquire, renew and release. They must return at
 * once and cannot change the outcome: what they throw is logged and swallowed. Nested
 * acquisitions are not reported.
 */
public interface LockListener {

	/**
	 * An acquisition could not be granted at once and starts to wait.
	 * @param request what it waits for
	 */
	default void waitStarted(LockRequest request) {
	}

	/**
	 * An acquisition stopped waiting, whatever the outcome. Follows
	 * {@link #waitStarted(LockRequest)}.
	 * @param request what it waited for
	 */
	default void waitEnded(LockRequest request) {
	}

	/**
	 * A lock was granted.
	 * @param lease the lease
	 * @param waited the time from the call to the grant
	 */
	default void acquired(LockLease lease, Duration waited) {
	}

	/**
	 * A lock was not granted.
	 * @param request what was asked for
	 * @param failure why not
	 * @param waited the time from the call to the failure
	 */
	default void notAcquired(LockRequest request, LockException failure, Duration waited) {
	}

	/**
	 * A lease was renewed.
	 * @param lease the lease
	 */
	default void renewed(LockLease lease) {
	}

	/**
	 * An attempt to renew a lease failed; it is repeated while the lease is valid.
	 * @param lease the lease
	 * @param failure what the store said
	 */
	default void renewalFailed(LockLease lease, Throwable failure) {
	}

	/**
	 * A lease was lost while it was held.
	 * @param event what was lost, and why
	 */
	default void lost(LockLostEvent event) {
	}

	/**
	 * A grant has ended: the last lease of it was closed, or it was lost.
	 * @param lease the lease
	 * @param held the time from the grant to its end
	 * @param outcome how it ended
	 */
	default void ended(LockLease lease, Duration held, Outcome outcome) {
	}

	/**
	 * An annotated method runs without one of its locks, because the condition of that
	 * lock is false.
	 * @param lock the lock that is not taken
	 */
	default void bypassed(LockDefinition lock) {
	}

	/** How a grant ended. */
	enum Outcome {

		/** Released by its holder. */
		RELEASED,

		/** Lost before its holder released it. */
		LOST,

		/** Its holder let go, but the store did not confirm: it goes with its lease. */
		UNCONFIRMED

	}

}
