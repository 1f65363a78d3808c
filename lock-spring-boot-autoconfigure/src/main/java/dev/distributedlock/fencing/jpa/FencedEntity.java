package dev.distributedlock.fencing.jpa;

import dev.distributedlock.fencing.FencingToken;

/**
 * An entity that refuses to be changed by a stale holder of its lock.
 *
 * <pre>{@code
 * &#64;Entity

 * &#64;EntityListeners(FencedEntityListener.class)
 * class Product implements FencedEntity {
 *
 *     &#64;Id private String sku;
 *
 *
&#64;Version private long version;
 *
 *     private long fence;
 *     ...
 * }
 * }</pre>
 * <p>
 * <strong>Guarantee.</strong> Whoever changes or removes the entity needs a token that is
 * not smaller than the one it was last written with, which it then has. The comparison
 * uses the state that was loaded; the {@code @Version} makes the statement fail if the
 * row has changed since, so that nobody comes between comparison and write. An entity
 * without a version is refused when the application starts.
 * <p>
 * The refusal, a {@link dev.distributedlock.StaleTokenException}, comes when changes are
 * flushed, mostly at the commit, and then as the cause of what the transaction manager
 * throws; that of a removal comes at once. Who changed the row meanwhile with a valid
 * token makes the other one fail with an optimistic locking failure, as ever.
 * <p>
 * What is not covered: statements of JPQL and SQL that change rows past the entities;
 * rows that are new, as there is nothing to compare with.
 */
public interface FencedEntity {

	/**
	 * Return the token that the entity was last written with.
	 * @return the token, zero if it was never written under a lock
	 */
	long getFence();

	/**
	 * Set the token that the entity is written with. Called by the listener only.
	 * @param fence the token
	 */
	void setFence(long fence);

	/**
	 * Return the token of who writes now; that of the innermost lock of the current
	 * thread, unless the entity knows better.
	 * @return the token
	 * @throws IllegalStateException if there is none
	 * @see FencingToken#current(String)
	 */
	default FencingToken fencingToken() {
		return FencingToken.current();
	}

}
