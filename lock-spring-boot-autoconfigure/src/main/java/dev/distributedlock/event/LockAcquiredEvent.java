package dev.distributedlock.event;

import java.time.Duration;

import dev.distributedlock.LockKey;

/**
 * A lock was granted to this instance. Nested acquisitions are not told.
 *
 * @param name the name of the lock
 * @param key the identity of the lock
 * @param token the fencing token of the grant
 * @param waited the time from the call to the grant
 */
public record LockAcquiredEvent(String name, LockKey key, long token, Duration waited) {
}
