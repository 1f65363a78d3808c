package dev.distributedlock;

import org.jspecify.annotations.Nullable;

/**
 * The store failed or did not answer. Never means that the lock is busy.
 */
public class LockBackendException extends LockException {

	private static final long serialVersionUID = 1L;

	private final boolean retryable;

	/**
	 * Create an exception.
	 * @param message what failed
	 * @param cause the cause, if there is one
	 * @param retryable whether the same command can succeed a moment later (time-out,
	 * lost connection, failover), as opposed to a refusal that only a human can mend
	 * (wrong password, no permission, out of memory)
	 */
	public LockBackendException(String message, @Nullable Throwable cause, boolean retryable) {
		this(message, cause, retryable, null);
	}

	/**
	 * Create an exception that tells the name of the lock.
	 * @param message what failed
	 * @param cause the cause, if there is one
	 * @param retryable whether the same command can succeed a moment later
	 * @param lockName the name of the lock
	 */
	public LockBackendException(String message, @Nullable Throwable cause, boolean retryable,
			@Nullable String lockName) {
		super(message, cause, lockName);
		this.retryable = retryable;
	}

	/**
	 * Return whether the same command can succeed a moment later.
	 * @return whether to retry
	 */
	public boolean isRetryable() {
		return this.retryable;
	}

}
