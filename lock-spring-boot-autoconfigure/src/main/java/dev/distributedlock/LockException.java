package dev.distributedlock;

import org.jspecify.annotations.Nullable;

/**
 * The root of all exceptions of this library. Its subclasses tell apart what must never
 * be mixed: the lock is busy, the thread was interrupted, the store is in trouble, the
 * lock was lost.
 */
public abstract class LockException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * Create an exception.
	 * @param message what happened, to which lock, with which consequence
	 * @param cause the cause, if there is one
	 */
	protected LockException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
