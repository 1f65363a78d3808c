package dev.distributedlock.autoconfigure;

import java.time.Duration;

import dev.distributedlock.annotation.OnFailure;
import dev.distributedlock.annotation.OnLockLost;
import org.jspecify.annotations.Nullable;

/**
 * Options of locks: those of one name, or the defaults.
 */
public class LockProperties {

	/**
	 * How long to wait for the lock: the whole budget of a call. Zero tries once. Default
	 * 5s.
	 */
	private @Nullable Duration waitTime;

	/**
	 * How long the store keeps the lock for a silent holder; bounds the time until
	 * another instance takes over from a crashed one. Default 30s.
	 */
	private @Nullable Duration leaseTime;

	/**
	 * Whether the lease is renewed while its holder lives. Default true.
	 */
	private @Nullable Boolean renew;

	/**
	 * How long renewal keeps the lock at most, so that a call that never returns does not
	 * hold it for ever. Zero, the default, for no limit.
	 */
	private @Nullable Duration maxHold;

	/**
	 * How long the lock stays taken at least, counted from the grant, also if its call
	 * returns, or its instance ends, before. Zero, the default, for no such time.
	 */
	private @Nullable Duration holdAtLeast;

	/**
	 * What becomes of a call whose lock is busy for the whole wait time: throw, skip, or
	 * fallback where the annotation names what answers. Default throw, or fallback where
	 * there is one.
	 */
	private @Nullable OnFailure onFailure;

	/**
	 * What becomes of a call whose lock is lost while it runs: throw, interrupt or log.
	 * Default throw.
	 */
	private @Nullable OnLockLost onLockLost;

	/**
	 * Store of the locks of this name, as the name of a bean. Not meant for the defaults:
	 * those have distributed-lock.backend.
	 */
	private @Nullable String backend;

	public @Nullable Duration getWaitTime() {
		return this.waitTime;
	}

	public void setWaitTime(@Nullable Duration waitTime) {
		this.waitTime = waitTime;
	}

	public @Nullable Duration getLeaseTime() {
		return this.leaseTime;
	}

	public void setLeaseTime(@Nullable Duration leaseTime) {
		this.leaseTime = leaseTime;
	}

	public @Nullable Boolean getRenew() {
		return this.renew;
	}

	public void setRenew(@Nullable Boolean renew) {
		this.renew = renew;
	}

	public @Nullable Duration getMaxHold() {
		return this.maxHold;
	}

	public void setMaxHold(@Nullable Duration maxHold) {
		this.maxHold = maxHold;
	}

	public @Nullable Duration getHoldAtLeast() {
		return this.holdAtLeast;
	}

	public void setHoldAtLeast(@Nullable Duration holdAtLeast) {
		this.holdAtLeast = holdAtLeast;
	}

	public @Nullable String getBackend() {
		return this.backend;
	}

	public void setBackend(@Nullable String backend) {
		this.backend = backend;
	}

	public @Nullable OnFailure getOnFailure() {
		return this.onFailure;
	}

	public void setOnFailure(@Nullable OnFailure onFailure) {
		this.onFailure = onFailure;
	}

	public @Nullable OnLockLost getOnLockLost() {
		return this.onLockLost;
	}

	public void setOnLockLost(@Nullable OnLockLost onLockLost) {
		this.onLockLost = onLockLost;
	}

}
