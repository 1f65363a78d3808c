package dev.distributedlock.core;

import java.time.Duration;
import java.util.Objects;

import dev.distributedlock.LockKey;
import dev.distributedlock.LockOptions;
import dev.distributedlock.LockRequest;
import org.jspecify.annotations.Nullable;

/**
 * What a caller asks for, without gaps.
 *
 * @param request what to lock
 * @param waitTime how long to wait for it, zero to try once
 * @param leaseTime how long the store keeps it for a silent holder
 * @param renewed whether its lease is renewed
 * @param maxHold how long renewal keeps it at most, zero for no limit
 * @param holdAtLeast how long it stays taken at least, zero for no such time
 * @param thread the thread that is to hold it, {@code null} for none
 */
record Terms(LockRequest request, Duration waitTime, Duration leaseTime, boolean renewed, Duration maxHold,
		Duration holdAtLeast, @Nullable Thread thread) {

	/** The terms of a request whose options are complete. */
	static Terms of(LockRequest request, LockOptions options, @Nullable Thread thread) {
		return new Terms(request, Objects.requireNonNull(options.waitTime()),
				Objects.requireNonNull(options.leaseTime()), Objects.requireNonNull(options.renew()),
				Objects.requireNonNull(options.maxHold()),
				Objects.requireNonNullElse(options.holdAtLeast(), Duration.ZERO), thread);
	}

	/** The lease to ask for: the holder may die before it is renewed. */
	Duration firstLease() {
		return (this.holdAtLeast.compareTo(this.leaseTime) > 0) ? this.holdAtLeast : this.leaseTime;
	}

	LockKey key() {
		return this.request.key();
	}

	/** Whether it asks the store by itself, and not through the line of its key. */
	boolean alone() {
		return this.request.fair() || this.request.maxHolders() > 1;
	}

	boolean triesOnce() {
		return this.waitTime.isZero();
	}

}
