package dev.distributedlock.backend;

import java.time.Duration;
import java.util.Objects;

import dev.distributedlock.LockKey;

/**
 * One of many renewals.
 *
 * @param key the lock
 * @param owner who must hold it
 * @param lease the lease time
 */
public record RenewCommand(LockKey key, String owner, Duration lease) {

	/** Check that nothing is missing. */
	public RenewCommand {
		Objects.requireNonNull(key, "'key' must not be null");
		Objects.requireNonNull(owner, "'owner' must not be null");
		Objects.requireNonNull(lease, "'lease' must not be null");
	}

}
