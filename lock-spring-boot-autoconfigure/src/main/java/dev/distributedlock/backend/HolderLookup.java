package dev.distributedlock.backend;

import java.util.Optional;
import java.util.concurrent.CompletionStage;

import dev.distributedlock.LockHolder;
import dev.distributedlock.LockKey;

/**
 * A {@link LockBackend} that can tell who holds a lock.
 */
@FunctionalInterface
public interface HolderLookup {

	/**
	 * Look up the holder of a lock.
	 * @param key the lock
	 * @return the holder, empty if the lock is free
	 */
	CompletionStage<Optional<LockHolder>> holder(LockKey key);

}
