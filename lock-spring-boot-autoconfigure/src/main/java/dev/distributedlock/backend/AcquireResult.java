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
	 * @param token the fencing token, larger than that of every earlier grant of the key
	 */
	record Acquired(long token) implements AcquireResult {
	}

	/**
	 * Somebody else holds the lock.
	 *
	 * @param holder who, if the store can tell
	 */
	record Denied(@Nullable LockHolder holder) implements AcquireResult {
	}

}
