package dev.distributedlock;

import org.jspecify.annotations.Nullable;

/**
 * Somebody else held the lock for the whole wait time. The guarded code did not run.
 */
public class LockTimeoutException extends LockException {

	private static final long serialVersionUID = 1L;

	/**
	 * Create an exception.
	 * @param message what happened, to which lock, with which consequence
	 * @param cause the cause, if there is one
	 */
	public LockTimeoutException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

	/**
	 * Create an exception without a cause.
	 * @param message what happened, to which lock, with which consequence
	 */
	public LockTimeoutException(String message) {
		this(message, null);
	}

}
