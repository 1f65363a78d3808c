package dev.distributedlock.backend;

import dev.distributedlock.LockHolder;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of an attempt to acquire a lock.
 */
public sealed interface AcquireResult {

	/**
	 * The owner holds the lock.
	 *
	 * @param token the fencing token, larger than every token of an earlier grant of the
	 * key
	 * @param lastToken the last of the tokens that come with the grant, as many as the
	 * command asked for; every later grant has larger ones
	 * @param contested whether others are known to wait in the store's queue
	 */
	record Acquired(long token, long lastToken, boolean contested) implements AcquireResult {

		/**
		 * Create a grant for which nobody is known to wait.
		 * @param token the first token
		 * @param lastToken the last token
		 */
		public Acquired(long token, long lastToken) {
			this(token, lastToken, false);
		}

		public Acquired {
			if (lastToken < token) {
				throw new IllegalArgumentException(
						"'lastToken' must not be less than " + token + " but was " + lastToken);
			}
		}

	}

	/**
	 * Somebody else holds the lock, or comes first.
	 *
	 * @param holder who, if the store can tell; one of them if there are several
	 * @param lastToken what the first token of a grant exceeds only if the grant is later
	 * than this; {@link Long#MAX_VALUE} if the store cannot tell
	 */
	record Denied(@Nullable LockHolder holder, long lastToken) implements AcquireResult {

		/**
		 * Create a denial by one holder, whose token is the last.
		 * @param holder who holds the lock, if the store can tell
		 */
		public Denied(@Nullable LockHolder holder) {
			this(holder, (holder != null) ? holder.token() : Long.MAX_VALUE);
		}

	}

}
