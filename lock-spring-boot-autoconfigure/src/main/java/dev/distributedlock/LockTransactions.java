package dev.distributedlock;

import java.util.List;

/**
 * What a transaction has to do with the locks that are taken while it is active.
 * <p>
 * A lock that is released before its transaction commits protects nothing: the next
 * holder does not see what this one wrote. So whoever holds locks for the length of a
 * call asks here before it acquires them, and lets go of them the way it is told.
 */
public interface LockTransactions {

	/** There are no transactions: locks are released when their call is over. */
	LockTransactions NONE = new LockTransactions() {
	};

	/**
	 * A call of the current thread is about to acquire locks.
	 * @param call what is called, for messages
	 * @param requests what it will lock
	 * @throws RuntimeException if that is not allowed in the transaction that is active
	 */
	default void beforeAcquire(String call, List<LockRequest> requests) {
	}

	/**
	 * A call of the current thread has acquired its locks.
	 * @param leases the leases
	 * @param lossTolerated whether a transaction may commit although one was lost
	 * @return how to let go of each of them when the call is over
	 */
	default Release join(List<LockLease> leases, boolean lossTolerated) {
		return (lossTolerated) ? tolerateLoss(leases) : Release.AT_ONCE;
	}

	/**
	 * Let transactions commit although one of these leases was lost.
	 * @param leases the leases
	 * @return how to let go of each of them
	 */
	default Release tolerateLoss(List<LockLease> leases) {
		return Release.AT_ONCE;
	}

	/** How a call lets go of a lock. */
	@FunctionalInterface
	interface Release {

		/** Release when the call is over. */
		Release AT_ONCE = LockLease::close;

		/**
		 * Release the lock, or leave it to the transaction.
		 * @param lease the lease
		 * @throws LockLostException if the lease was lost
		 */
		void release(LockLease lease);

	}

}
