package dev.distributedlock;

import java.util.OptionalLong;

import org.jspecify.annotations.Nullable;

/**
 * A resource refused the work of a stale holder: it has seen a larger fencing token of
 * the same lock. Nothing was written. To try again, acquire the lock again.
 */
public class StaleTokenException extends LockException {

	private static final long serialVersionUID = 1L;

	private final long presentedToken;

	private final @Nullable Long seenToken;

	/**
	 * Create an exception.
	 * @param message what was refused, for which lock, with both tokens
	 * @param lockName the name of the lock
	 * @param presentedToken the token of the stale holder
	 * @param seenToken the larger token that the resource has seen, {@code null} if it
	 * does not tell
	 */
	public StaleTokenException(String message, @Nullable String lockName, long presentedToken,
			@Nullable Long seenToken) {
		super(message, null, lockName);
		this.presentedToken = presentedToken;
		this.seenToken = seenToken;
	}

	/**
	 * Return the token that was refused.
	 * @return the token of the stale holder
	 */
	public long presentedToken() {
		return this.presentedToken;
	}

	/**
	 * Return the token because of which it was refused.
	 * @return the largest token that the resource has seen, empty if it does not tell
	 */
	public OptionalLong seenToken() {
		return (this.seenToken != null) ? OptionalLong.of(this.seenToken) : OptionalLong.empty();
	}

}
