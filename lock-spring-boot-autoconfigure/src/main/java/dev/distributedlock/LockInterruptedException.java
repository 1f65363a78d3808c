package dev.distributedlock;

import org.jspecify.annotations.Nullable;

/**
 * The thread was interrupted before or while it waited for a lock. Its interrupt flag is
 * set, nothing stays locked, and the guarded code did not run.
 */
public class LockInterruptedException extends LockException {

	private static final long serialVersionUID = 1L;

	/**
	 * Create an exception.
	 * @param message what happened, to which lock, with which consequence
	 * @param cause the cause, if there is one
	 */
	public LockInterruptedException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

	/**
	 * Create an exception that tells the name of the lock.
	 * @param message what happened, to which lock, with which consequence
	 * @param cause the cause, if there is one
	 * @param lockName the name of the lock
	 */
	public LockInterruptedException(String message, @Nullable Throwable cause, @Nullable String lockName) {
		super(message, cause, lockName);
	}

	/**
	 * Create an exception without a cause.
	 * @param message what happened, to which lock, with which consequence
	 */
	public LockInterruptedException(String message) {
		this(message, null);
	}

}
