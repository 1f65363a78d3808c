package dev.distributedlock.backend.tck;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;

import dev.distributedlock.LockKey;

/**
 * A look into the store itself, past the backend under test.
 */
public interface StoreView {

	/**
	 * Look how long the store keeps a lock.
	 * @param key the lock
	 * @return the time, empty if the store has no such lock
	 */
	Optional<Duration> remaining(LockKey key);

	/**
	 * List everything of the backend's that is in the store, except what it documents to
	 * stay.
	 * @return names, empty if nothing is held
	 */
	Set<String> entries();

}
