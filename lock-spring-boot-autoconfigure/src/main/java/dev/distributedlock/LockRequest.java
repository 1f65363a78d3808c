package dev.distributedlock;

import java.time.Duration;
import java.util.Objects;

/**
 * What to lock and how: the argument of all acquisitions.
 *
 * <pre>{@code
 * LockRequest.of("orders", order.id())
 * LockRequest.of("orders", order.id()).waitAtMost(Duration.ofSeconds(2)).leaseFor(Duration.ofSeconds(10))
 * }</pre>
 *
 * @param name the name of the lock, a constant with few values: it looks up the lock's
 * configuration and tags its meters
 * @param key the identity of the lock
 * @param options how to wait and hold
 */
public record LockRequest(String name, LockKey key, LockOptions options) {

	public LockRequest {
		if (Objects.requireNonNull(name, "'name' must not be null").isBlank()) {
			throw new IllegalArgumentException("'name' must not be blank");
		}
		Objects.requireNonNull(key, "'key' must not be null");
		Objects.requireNonNull(options, "'options' must not be null");
	}

	/**
	 * Create a request for the lock {@code name:keyParts}, with the options configured
	 * for the name.
	 * @param name the name of the lock
	 * @param keyParts what tells the locks of that name apart; none for a single lock
	 * @return the request
	 * @throws InvalidLockKeyException if a part cannot be an identity
	 */
	public static LockRequest of(String name, Object... keyParts) {
		return new LockRequest(name, LockKey.of(name, keyParts), LockOptions.NONE);
	}

	/**
	 * Return a copy with another wait time.
	 * @param waitTime the whole wait budget; zero tries once
	 * @return the copy
	 */
	public LockRequest waitAtMost(Duration waitTime) {
		return withOptions(new LockOptions(waitTime, null, null).orElse(this.options));
	}

	/**
	 * Return a copy that does not wait longer than what is left of a budget, even if a
	 * longer wait time is configured for its name.
	 * @param budget the limit of the wait time; zero tries once
	 * @return the copy
	 */
	public LockRequest within(Duration budget) {
		return withOptions(
				new LockOptions(null, null, null, null, Objects.requireNonNull(budget, "'budget' must not be null"))
					.orElse(this.options));
	}

	/**
	 * Return a copy with another lease time.
	 * @param leaseTime how long the store keeps the lock for a silent holder
	 * @return the copy
	 */
	public LockRequest leaseFor(Duration leaseTime) {
		return withOptions(new LockOptions(null, leaseTime, null).orElse(this.options));
	}

	/**
	 * Return a copy that is renewed while the holder lives, or not.
	 * @param renew whether to renew the lease
	 * @return the copy
	 */
	public LockRequest renewed(boolean renew) {
		return withOptions(new LockOptions(null, null, renew).orElse(this.options));
	}

	/**
	 * Return a copy whose renewal ends.
	 * @param maxHold how long renewal keeps the lock at most; zero for no limit
	 * @return the copy
	 */
	public LockRequest holdAtMost(Duration maxHold) {
		return withOptions(new LockOptions(null, null, null, maxHold).orElse(this.options));
	}

	/**
	 * Return a copy with other options.
	 * @param options how to wait and hold
	 * @return the copy
	 */
	public LockRequest withOptions(LockOptions options) {
		return new LockRequest(this.name, this.key, options);
	}

}
