package dev.distributedlock.backend;

import java.time.Duration;
import java.util.Objects;

import dev.distributedlock.LockKey;

/**
 * One attempt to acquire a lock.
 *
 * @param key the lock
 * @param owner who acquires it: an id that is used for one acquisition only, in printable
 * ASCII
 * @param instance the name of the acquiring instance, for people
 * @param lease how long the store keeps the lock unless it is renewed
 * @param waiting whether the owner goes on waiting if it is denied and wants a
 * {@linkplain ReleaseSignals signal}
 */
public record AcquireCommand(LockKey key, String owner, String instance, Duration lease, boolean waiting) {

	public AcquireCommand {
		Objects.requireNonNull(key, "'key' must not be null");
		Objects.requireNonNull(owner, "'owner' must not be null");
		Objects.requireNonNull(instance, "'instance' must not be null");
		Objects.requireNonNull(lease, "'lease' must not be null");
	}

}
