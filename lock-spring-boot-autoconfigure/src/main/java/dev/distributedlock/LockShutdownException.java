package dev.distributedlock;

import org.jspecify.annotations.Nullable;

/**
 * The registry is closed: it grants nothing any more, and those who waited were sent
 * away.
 */
public class LockShutdownException extends LockException {

	private static final long serialVersionUID = 1L;

	/**
	 * Create an exception.
	 * @param message what happened, to which lock, with which consequence
	 * @param cause the cause, if there is one
	 */
	public LockShutdownException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

	/**
	 * Create an exception without a cause.
	 * @param message what happened, to which lock, with which consequence
	 */
	public LockShutdownException(String message) {
		this(message, null);
	}

}
