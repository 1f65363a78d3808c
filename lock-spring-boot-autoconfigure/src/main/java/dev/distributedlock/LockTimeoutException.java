package dev.distributedlock;

import java.time.Duration;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * Somebody else held the lock for the whole wait time. The guarded code did not run.
 */
public class LockTimeoutException extends LockException {

	private static final long serialVersionUID = 1L;

	private final @Nullable Duration waitTime;

	// What the store said is worth nothing to another process.
	private final transient @Nullable LockHolder holder;

	/**
	 * Create an exception.
	 * @param message what happened, to which lock, with which consequence
	 * @param cause the cause, if there is one
	 */
	public LockTimeoutException(String message, @Nullable Throwable cause) {
		super(message, cause);
		this.waitTime = null;
		this.holder = null;
	}

	/**
	 * Create an exception without a cause.
	 * @param message what happened, to which lock, with which consequence
	 */
	public LockTimeoutException(String message) {
		this(message, null);
	}

	/**
	 * Create an exception that tells what is known.
	 * @param message what happened, to which lock, with which consequence
	 * @param lockName the name of the lock
	 * @param waitTime for how long it was waited for
	 * @param holder who held it when the store was last asked
	 */
	public LockTimeoutException(String message, @Nullable String lockName, @Nullable Duration waitTime,
			@Nullable LockHolder holder) {
		super(message, null, lockName);
		this.waitTime = waitTime;
		this.holder = holder;
	}

	/**
	 * Return for how long the lock was waited for.
	 * @return the wait time, zero if it was tried once, empty if it is not known
	 */
	public Optional<Duration> waitTime() {
		return Optional.ofNullable(this.waitTime);
	}

	/**
	 * Return who held the lock when the store was last asked.
	 * @return the holder, empty if it is not known
	 */
	public Optional<LockHolder> holder() {
		return Optional.ofNullable(this.holder);
	}

}
