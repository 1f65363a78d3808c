package dev.distributedlock.annotation;

/**
 * What becomes of a call whose lock is lost while its method runs: the store could not be
 * reached for the whole lease time, or somebody took the lock away. Another instance may
 * then run at the same time.
 */
public enum OnLockLost {

	/** What is configured, else {@link #THROW}. */
	DEFAULT,

	/**
	 * Let the method finish, then throw a {@link dev.distributedlock.LockLostException}
	 * instead of returning. An exception of the method itself is thrown as it is, with
	 * the loss as suppressed. Transactions that have not been committed when the lock is
	 * lost are rolled back.
	 */
	THROW,

	/**
	 * As {@link #THROW}, but interrupt the thread at the moment of the loss, so that
	 * blocking calls end. What the method then throws is a suppressed exception of the
	 * {@link dev.distributedlock.LockLostException}. Stages are cancelled, and so are the
	 * subscriptions of reactive types.
	 */
	INTERRUPT,

	/**
	 * Log a warning and return what the method returned. Transactions are committed.
	 */
	LOG

}
