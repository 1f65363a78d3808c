package dev.distributedlock.test;

import java.time.Duration;

import dev.distributedlock.LockException;
import dev.distributedlock.LockKey;

/**
 * A lock that the application asked for and did not get.
 *
 * @param name the name of the lock
 * @param key the identity of the lock
 * @param failure why not
 * @param waited how long it was waited for
 */
public record LockRefusal(String name, LockKey key, LockException failure, Duration waited) {

	@Override
	public String toString() {
		return "'" + this.key.value() + "' (" + this.failure.getClass().getSimpleName() + ")";
	}

}
