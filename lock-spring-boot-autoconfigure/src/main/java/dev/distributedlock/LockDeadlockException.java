package dev.distributedlock;

import org.jspecify.annotations.Nullable;

/**
 * Waiting for the lock would never end: the caller shares it, and now wants it alone or
 * with fewer others, so that it would wait for itself. Two that do so would wait for each
 * other.
 */
public class LockDeadlockException extends LockException {

	private static final long serialVersionUID = 1L;

	/**
	 * Create an exception.
	 * @param message what happened, to which lock, with which consequence
	 * @param cause the cause, if there is one
	 */
	public LockDeadlockException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

	/**
	 * Create an exception without a cause.
	 * @param message what happened, to which lock, with which consequence
	 */
	public LockDeadlockException(String message) {
		this(message, null);
	}

}
