package dev.distributedlock;

import org.jspecify.annotations.Nullable;

/**
 * A value cannot be the key of a lock. Thrown before any I/O.
 */
public class InvalidLockKeyException extends LockException {

	private static final long serialVersionUID = 1L;

	/**
	 * Create an exception.
	 * @param message what happened, to which lock, with which consequence
	 * @param cause the cause, if there is one
	 */
	public InvalidLockKeyException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

	/**
	 * Create an exception without a cause.
	 * @param message what happened, to which lock, with which consequence
	 */
	public InvalidLockKeyException(String message) {
		this(message, null);
	}

}
