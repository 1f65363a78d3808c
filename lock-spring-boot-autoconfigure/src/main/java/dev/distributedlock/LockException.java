package dev.distributedlock;

import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * The root of all exceptions of this library. Its subclasses tell apart what must never
 * be mixed: the lock is busy, the thread was interrupted, the store is in trouble, the
 * lock was lost.
 */
public abstract class LockException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final @Nullable String lockName;

	/**
	 * Create an exception that does not tell the name of the lock.
	 * @param message what happened, to which lock, with which consequence
	 * @param cause the cause, if there is one
	 */
	protected LockException(String message, @Nullable Throwable cause) {
		this(message, cause, null);
	}

	/**
	 * Create an exception.
	 * @param message what happened, to which lock, with which consequence
	 * @param cause the cause, if there is one
	 * @param lockName the name of the lock, if it is about one
	 */
	protected LockException(String message, @Nullable Throwable cause, @Nullable String lockName) {
		super(message, cause);
		this.lockName = lockName;
	}

	/**
	 * Return the name of the lock that this is about. Unlike the message it has no part
	 * of the key, and so nothing personal.
	 * @return the name, empty if this is about no single lock or it is not known
	 */
	public Optional<String> lockName() {
		return Optional.ofNullable(this.lockName);
	}

}
