package dev.distributedlock.fencing;

import java.time.Duration;
import java.util.function.Consumer;

import dev.distributedlock.LockKey;
import dev.distributedlock.LockLease;
import dev.distributedlock.LockLostEvent;

/**
 * A lease with a token that the test chooses, held for ever.
 *
 * @param name the name of the lock
 * @param key the identity of the lock
 * @param token the token
 */
public record FixedLease(String name, LockKey key, long token) implements LockLease {

	/**
	 * Create a lease.
	 * @param name the name of the lock
	 * @param part what comes after the name in its key
	 * @param token the token
	 * @return the lease
	 */
	public static FixedLease of(String name, Object part, long token) {
		return new FixedLease(name, LockKey.of(name, part), token);
	}

	@Override
	public boolean isValid() {
		return true;
	}

	@Override
	public void ensureValid() {
	}

	@Override
	public Duration remaining() {
		return Duration.ofHours(1);
	}

	@Override
	public void extend(Duration leaseTime) {
	}

	@Override
	public void onLost(Consumer<LockLostEvent> listener) {
	}

	@Override
	public void close() {
	}

}
