package dev.distributedlock.annotation;

/**
 * What becomes of a call whose lock was held by somebody else for the whole wait time.
 * Trouble with the store is never handled by this: it is always thrown.
 */
public enum OnFailure {

	/**
	 * {@link #FALLBACK} if a fallback or a handler is named, else what is configured,
	 * else {@link #THROW}.
	 */
	DEFAULT,

	/** Throw a {@link dev.distributedlock.LockTimeoutException}. */
	THROW,

	/**
	 * Return without running the method: an empty {@link java.util.Optional}, the default
	 * value of a primitive, else {@code null}. Stages complete with that value, and
	 * reactive types are empty.
	 */
	SKIP,

	/**
	 * Return what {@link DistributedLock#fallback()} or {@link DistributedLock#handler()}
	 * returns.
	 */
	FALLBACK

}
