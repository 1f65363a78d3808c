package dev.distributedlock;

/**
 * Tells that a lease was lost while it was held.
 *
 * @param name the name of the lock
 * @param key the identity of the lock
 * @param token the fencing token of the lost lease
 * @param reason why it was lost
 */
public record LockLostEvent(String name, LockKey key, long token, Reason reason) {

	/** Why a lease was lost. */
	public enum Reason {

		/** The lease time has passed without a successful renewal. */
		EXPIRED,

		/** The store says that this holder does not hold the lock any more. */
		NOT_HELD,

		/** The registry was closed before the holder was done. */
		SHUTDOWN

	}

}
