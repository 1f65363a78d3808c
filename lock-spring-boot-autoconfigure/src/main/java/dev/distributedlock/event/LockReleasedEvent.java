package dev.distributedlock.event;

import java.time.Duration;

import dev.distributedlock.LockKey;

/**
 * A holder let go of its lock. One that was lost before is told by a
 * {@link dev.distributedlock.LockLostEvent} instead.
 *
 * @param name the name of the lock
 * @param key the identity of the lock
 * @param token the fencing token of the grant
 * @param held the time from the grant to the release
 * @param confirmed whether the store confirmed the release; if not, the lock goes with
 * its lease
 */
public record LockReleasedEvent(String name, LockKey key, long token, Duration held, boolean confirmed) {
}
