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
 * @param maxHolders how many may hold the lock at the same time: one that holds it alone,
 * {@link #SHARED} for readers, or a number of permits. It is granted if fewer hold it
 * than this request allows, and than the requests of those who hold it allow
 * @param fair whether it waits for its turn in the order of the whole cluster, and not of
 * this instance first
 */
public record LockRequest(String name, LockKey key, LockOptions options, int maxHolders, boolean fair) {

	/** As many holders as there are: whoever shares the lock, too. */
	public static final int SHARED = Integer.MAX_VALUE;

	public LockRequest {
		if (Objects.requireNonNull(name, "'name' must not be null").isBlank()) {
			throw new IllegalArgumentException("'name' must not be blank");
		}
		Objects.requireNonNull(key, "'key' must not be null");
		Objects.requireNonNull(options, "'options' must not be null");
		if (maxHolders < 1) {
			throw new IllegalArgumentException("'maxHolders' must be at least 1 but was " + maxHolders);
		}
	}

	/**
	 * Create a request to hold a lock alone.
	 * @param name the name of the lock
	 * @param key the identity of the lock
	 * @param options how to wait and hold
	 */
	public LockRequest(String name, LockKey key, LockOptions options) {
		this(name, key, options, 1, false);
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
	 * Return a copy that holds the lock together with all others that share it, and not
	 * while somebody holds it alone: the read lock of which the request without this is
	 * the write lock. Who wants it alone is not overtaken by those who come later and
	 * share it.
	 * @return the copy
	 * @see <a href="https://doi.org/10.1145/362759.362813">Courtois, Heymans, Parnas:
	 * Concurrent Control with "Readers" and "Writers", 1971</a>
	 */
	public LockRequest shared() {
		return maxHolders(SHARED);
	}

	/**
	 * Return a copy for a lock that at most a number of callers holds at a time, on all
	 * instances together. All who use the lock should give the same number: the smallest
	 * of those who hold it counts.
	 * @param permits the number, at least one
	 * @return the copy
	 */
	public LockRequest permits(int permits) {
		return maxHolders(permits);
	}

	private LockRequest maxHolders(int maxHolders) {
		return new LockRequest(this.name, this.key, this.options, maxHolders, this.fair);
	}

	/**
	 * Return a copy that is served first come first served over all instances. Costs a
	 * place in the store's queue and a message for each caller, where otherwise the
	 * callers of one instance share one and hand the lock on among themselves for a
	 * moment.
	 * @return the copy
	 */
	public LockRequest fairly() {
		return new LockRequest(this.name, this.key, this.options, this.maxHolders, true);
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
		return withOptions(new LockOptions(null, null, null, null,
				Objects.requireNonNull(budget, "'budget' must not be null"), null)
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
	 * Return a copy that stays taken for a while, also if its holder lets go before.
	 * @param holdAtLeast how long, counted from the grant; zero for no such time
	 * @return the copy
	 */
	public LockRequest holdAtLeast(Duration holdAtLeast) {
		return withOptions(new LockOptions(null, null, null, null, null, holdAtLeast).orElse(this.options));
	}

	/**
	 * Return a copy with other options.
	 * @param options how to wait and hold
	 * @return the copy
	 */
	public LockRequest withOptions(LockOptions options) {
		return new LockRequest(this.name, this.key, options, this.maxHolders, this.fair);
	}

}
