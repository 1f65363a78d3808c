package dev.distributedlock.annotation;

/**
 * What becomes of a call whose lock was held by somebody else for the whole wait time.
 * Trouble with the store is never handled by this: it is always thrown.
 */
public enum OnFailure {

	/** What is configured elsewhere; {@link #THROW} if nothing is. */
	DEFAULT,

	/** Throw a {@link dev.distributedlock.LockTimeoutException}. */
	THROW,

	/**
	 * Return without running the method: an empty {@link java.util.Optional}, the default
	 * value of a primitive, else {@code null}.
	 */
	SKIP

}
