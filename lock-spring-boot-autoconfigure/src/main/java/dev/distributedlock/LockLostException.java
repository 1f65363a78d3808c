package dev.distributedlock;

import org.jspecify.annotations.Nullable;

/**
 * The lease was lost while it was held: another holder may be, or have been, active.
 * Writes made since then are safe only where the resource checked the fencing token.
 */
public class LockLostException extends LockException {

	private static final long serialVersionUID = 1L;

	/**
	 * Create an exception.
	 * @param message what happened, to which lock, with which consequence
	 * @param cause the cause, if there is one
	 */
	public LockLostException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

	/**
	 * Create an exception that tells the name of the lock.
	 * @param message what happened, to which lock, with which consequence
	 * @param cause the cause, if there is one
	 * @param lockName the name of the lock
	 */
	public LockLostException(String message, @Nullable Throwable cause, @Nullable String lockName) {
		super(message, cause, lockName);
	}

	/**
	 * Create an exception without a cause.
	 * @param message what happened, to which lock, with which consequence
	 */
	public LockLostException(String message) {
		this(message, null);
	}

}
