package dev.distributedlock.fencing;

import dev.distributedlock.StaleTokenException;

/**
 * Stands before a resource and refuses stale holders: it remembers the largest token that
 * it has seen of each lock and lets no smaller one pass. The same token passes as often
 * as it comes, so that a holder may write several times.
 * <p>
 * <strong>Check first, then read, then write.</strong> From the check of a holder on, all
 * earlier holders are refused, so that what it reads afterwards cannot be overtaken by a
 * late write of theirs. A check right before the write keeps the write of a stale holder
 * from following that of its successor, but not from coming between the successor's
 * reading and writing.
 * <p>
 * Whether another holder can pass between a check and the write depends on the guard:
 * each says so.
 * <p>
 * Guards are for exclusive locks. Holders that share a lock have different tokens at the
 * same time, and would refuse each other.
 */
@FunctionalInterface
public interface FencingGuard {

	/**
	 * Let a token pass, and remember it, unless a larger one of the same key has passed.
	 * @param token the token of who wants to write
	 * @throws StaleTokenException if a larger one has passed; nothing is remembered then
	 */
	void check(FencingToken token);

	/**
	 * Let the innermost lock of the current thread pass.
	 * @throws StaleTokenException as for {@link #check(FencingToken)}
	 * @throws IllegalStateException if the thread runs under no lock
	 * @see FencingToken#current()
	 */
	default void check() {
		check(FencingToken.current());
	}

	/**
	 * Let all locks of the current thread pass, for a resource that several of them
	 * guard.
	 * @throws StaleTokenException if one of them is refused
	 * @throws IllegalStateException if the thread runs under no lock
	 * @see FencingToken#all()
	 */
	default void checkAll() {
		FencingToken.current();
		FencingToken.all().forEach(this::check);
	}

}
