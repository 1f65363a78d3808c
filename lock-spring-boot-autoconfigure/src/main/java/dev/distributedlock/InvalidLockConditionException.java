package dev.distributedlock;

import org.jspecify.annotations.Nullable;

/**
 * It cannot be told whether a call needs its lock. Thrown before any I/O; the guarded
 * code did not run.
 */
public class InvalidLockConditionException extends LockException {

	private static final long serialVersionUID = 1L;

	/**
	 * Create an exception.
	 * @param message what happened, to which lock, with which consequence
	 * @param cause the cause, if there is one
	 */
	public InvalidLockConditionException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
