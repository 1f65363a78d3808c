package dev.distributedlock.transaction;

/**
 * What becomes of a lock that is taken although a transaction is active already.
 */
public enum ActiveTransaction {

	/**
	 * The lock is held until that transaction is committed or rolled back. The next
	 * holder sees all that was written under it.
	 */
	RELEASE_AFTER_COMPLETION,

	/**
	 * The lock is released when the method returns, before the transaction commits. The
	 * next holder does not see what was written under it.
	 */
	RELEASE_ON_RETURN,

	/** The call is refused, and the lock is not taken. */
	FAIL

}
