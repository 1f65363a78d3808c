package dev.distributedlock;

import org.jspecify.annotations.Nullable;

/**
 * Waiting for the lock would never end: its holder waits, directly or through others, for
 * a lock that the caller holds.
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
