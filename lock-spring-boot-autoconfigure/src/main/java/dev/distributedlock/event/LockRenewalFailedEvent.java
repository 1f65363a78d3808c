package dev.distributedlock.event;

import java.time.Duration;

import dev.distributedlock.LockKey;

/**
 * An attempt to renew a lease failed. It is repeated while the lease is valid; if none
 * succeeds until then, the lock is lost.
 *
 * @param name the name of the lock
 * @param key the identity of the lock
 * @param token the fencing token of the grant
 * @param remaining how long the lease stays valid without a renewal
 * @param failure what the store said
 */
public record LockRenewalFailedEvent(String name, LockKey key, long token, Duration remaining, Throwable failure) {
}
