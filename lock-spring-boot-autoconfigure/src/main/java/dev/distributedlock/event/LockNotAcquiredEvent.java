package dev.distributedlock.event;

import java.time.Duration;

import dev.distributedlock.LockException;
import dev.distributedlock.LockKey;

/**
 * A lock was not granted. The type of the failure tells why: busy
 * ({@link dev.distributedlock.LockTimeoutException}), interrupted, trouble with the store
 * ({@link dev.distributedlock.LockBackendException}) or shutting down.
 *
 * @param name the name of the lock
 * @param key the identity of the lock
 * @param waited the time from the call to the failure
 * @param failure why not; the caller gets another exception of the same type
 */
public record LockNotAcquiredEvent(String name, LockKey key, Duration waited, LockException failure) {
}
