package dev.distributedlock;

import java.time.Duration;

/**
 * Who holds a lock, as the store tells it.
 *
 * @param instance the name of the holding instance
 * @param token the fencing token of the holder
 * @param heldFor how long it holds the lock
 * @param remaining how long the store keeps the lock if it is not renewed any more
 * @param others how many others hold the lock as well
 */
public record LockHolder(String instance, long token, Duration heldFor, Duration remaining, int others) {

	/**
	 * Create a holder that holds the lock alone.
	 * @param instance the name of the holding instance
	 * @param token the fencing token of the holder
	 * @param heldFor how long it holds the lock
	 * @param remaining how long the store keeps the lock
	 */
	public LockHolder(String instance, long token, Duration heldFor, Duration remaining) {
		this(instance, token, heldFor, remaining, 0);
	}

}
