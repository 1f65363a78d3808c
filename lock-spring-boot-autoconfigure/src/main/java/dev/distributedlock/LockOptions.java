package dev.distributedlock;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * How a lock is waited for and held. A part that is {@code null} is left to whoever comes
 * next: see {@link LockSettings} for the precedence.
 *
 * @param waitTime how long to wait for the lock, the whole budget of an acquisition
 * including queueing, round trips and retries; zero tries once
 * @param leaseTime how long the store keeps the lock for a holder that is silent, from
 * {@link #MIN_LEASE} to {@link #MAX_LEASE}; it bounds the time until another instance
 * takes over from a crashed one
 * @param renew whether the lease is renewed while the holder lives; without renewal the
 * lock is lost when the lease time has passed
 * @param maxHold how long renewal keeps the lock at most, counted from the grant, so that
 * a call that never returns does not hold it for ever; the lock is lost then. Zero for no
 * limit. The first lease and explicit extensions are not shortened by it
 * @param waitLimit what is left of a budget that is not this lock's alone: the wait time
 * is not longer, whatever is configured
 * @param holdAtLeast how long the lock stays taken at least, counted from the grant, also
 * if its holder lets go or dies before; zero, or {@code null} to the end, for no such
 * time. Until then the lease is not shorter
 */
public record LockOptions(@Nullable Duration waitTime, @Nullable Duration leaseTime, @Nullable Boolean renew,
		@Nullable Duration maxHold, @Nullable Duration waitLimit, @Nullable Duration holdAtLeast) {

	/** The shortest lease. */
	public static final Duration MIN_LEASE = Duration.ofMillis(10);

	/** The longest lease. */
	public static final Duration MAX_LEASE = Duration.ofHours(24);

	private static final Duration LONGEST_HOLD = Duration.ofDays(365);

	/** Options that leave everything to the defaults. */
	public static final LockOptions NONE = new LockOptions(null, null, null);

	public LockOptions {
		if (waitTime != null && waitTime.isNegative()) {
			throw new IllegalArgumentException("'waitTime' must not be negative but was " + waitTime);
		}
		if (leaseTime != null && (leaseTime.compareTo(MIN_LEASE) < 0 || leaseTime.compareTo(MAX_LEASE) > 0)) {
			throw new IllegalArgumentException(
					"'leaseTime' must be between " + MIN_LEASE + " and " + MAX_LEASE + " but was " + leaseTime);
		}
		if (maxHold != null && (maxHold.isNegative() || maxHold.compareTo(LONGEST_HOLD) > 0)) {
			throw new IllegalArgumentException(
					"'maxHold' must be between PT0S and " + LONGEST_HOLD + " but was " + maxHold);
		}
		if (waitLimit != null && waitLimit.isNegative()) {
			throw new IllegalArgumentException("'waitLimit' must not be negative but was " + waitLimit);
		}
		if (holdAtLeast != null && (holdAtLeast.isNegative() || holdAtLeast.compareTo(MAX_LEASE) > 0)) {
			throw new IllegalArgumentException(
					"'holdAtLeast' must be between PT0S and " + MAX_LEASE + " but was " + holdAtLeast);
		}
	}

	/**
	 * Create options without a limit to holding and waiting.
	 * @param waitTime how long to wait for the lock
	 * @param leaseTime how long the store keeps the lock for a holder that is silent
	 * @param renew whether the lease is renewed while the holder lives
	 */
	public LockOptions(@Nullable Duration waitTime, @Nullable Duration leaseTime, @Nullable Boolean renew) {
		this(waitTime, leaseTime, renew, null, null, null);
	}

	/**
	 * Create options without a limit to waiting.
	 * @param waitTime how long to wait for the lock
	 * @param leaseTime how long the store keeps the lock for a holder that is silent
	 * @param renew whether the lease is renewed while the holder lives
	 * @param maxHold how long renewal keeps the lock at most
	 */
	public LockOptions(@Nullable Duration waitTime, @Nullable Duration leaseTime, @Nullable Boolean renew,
			@Nullable Duration maxHold) {
		this(waitTime, leaseTime, renew, maxHold, null, null);
	}

	/**
	 * Fill the parts that are {@code null} from other options.
	 * @param fallback the options to ask where these have none
	 * @return the merged options
	 */
	public LockOptions orElse(LockOptions fallback) {
		return new LockOptions((this.waitTime != null) ? this.waitTime : fallback.waitTime,
				(this.leaseTime != null) ? this.leaseTime : fallback.leaseTime,
				(this.renew != null) ? this.renew : fallback.renew,
				(this.maxHold != null) ? this.maxHold : fallback.maxHold,
				(this.waitLimit != null) ? this.waitLimit : fallback.waitLimit,
				(this.holdAtLeast != null) ? this.holdAtLeast : fallback.holdAtLeast);
	}

	/**
	 * Apply the limit to the wait time.
	 * @return options whose wait time is within the limit, and which have none
	 */
	LockOptions limited() {
		if (this.waitLimit == null) {
			return this;
		}
		boolean within = this.waitTime != null && this.waitTime.compareTo(this.waitLimit) <= 0;
		return new LockOptions((within) ? this.waitTime : this.waitLimit, this.leaseTime, this.renew, this.maxHold,
				null, this.holdAtLeast);
	}

	/**
	 * Check that the times, which may come from different places, do not contradict each
	 * other.
	 * @return this
	 */
	LockOptions consistent() {
		if (this.holdAtLeast == null || this.holdAtLeast.isZero()) {
			return this;
		}
		if (this.maxHold != null && !this.maxHold.isZero() && this.holdAtLeast.compareTo(this.maxHold) > 0) {
			throw new IllegalArgumentException("'holdAtLeast' must not be longer than 'maxHold' but was "
					+ this.holdAtLeast + ", and 'maxHold' " + this.maxHold);
		}
		if (Boolean.FALSE.equals(this.renew) && this.leaseTime != null
				&& this.holdAtLeast.compareTo(this.leaseTime) > 0) {
			throw new IllegalArgumentException(
					"'holdAtLeast' must not be longer than a 'leaseTime' that is not renewed but was "
							+ this.holdAtLeast + ", and 'leaseTime' " + this.leaseTime);
		}
		return this;
	}

}
