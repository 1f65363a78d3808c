package dev.distributedlock.core;

import java.time.Duration;

import dev.distributedlock.backend.Ticker;

/**
 * How long threads of this JVM may hand a grant of the store on among themselves before
 * other JVMs get their turn.
 *
 * @param maxPasses how often at most, and half as often if other JVMs are known to wait;
 * 0 for never, which is the strict order over JVMs
 * @param maxTime how long at most after the store's grant
 */
record HandOver(int maxPasses, Duration maxTime) {

	/** The number of tokens that a grant needs. */
	int tokens() {
		return this.maxPasses + 1;
	}

	/** Whether a hold that has just ended may go to the next, who wants it as given. */
	boolean allows(Hold hold, Duration leaseTime, boolean renewed, Ticker ticker) {
		StoreGrant grant = hold.grant();
		int passes = grant.contested() ? (this.maxPasses + 1) / 2 : this.maxPasses;
		return grant.passes() < passes && grant.hasToken() && !hold.suspect()
				&& hold.remaining() >= enough(grant, leaseTime, renewed)
				&& ticker.nanos() - grant.grantedAt() < this.maxTime.toNanos();
	}

	private static long enough(StoreGrant grant, Duration leaseTime, boolean renewed) {
		Duration toBeClaimed = grant.toBeClaimed();
		if (toBeClaimed != null) {
			return toBeClaimed.toNanos() / 2;
		}
		// A renewed lease is brought to full length soon; one that is not renewed must
		// have it (almost) from the start.
		return renewed ? leaseTime.toNanos() / 2 : leaseTime.toNanos() / 10 * 9;
	}

}
