package dev.distributedlock.core;

import java.time.Duration;

import dev.distributedlock.backend.Ticker;

/**
 * How long threads of this JVM may hand a grant of the store on among themselves before
 * other JVMs get their turn.
 *
 * @param maxPasses how often at most; 0 for never, which is the strict order over JVMs
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
		// A renewed lease is brought to full length soon; one that is not renewed must
		// have it (almost) from the start.
		long enough = renewed ? leaseTime.toNanos() / 2 : leaseTime.toNanos() / 10 * 9;
		return grant.passes() < this.maxPasses && grant.hasToken() && !hold.suspect() && hold.remaining() >= enough
				&& ticker.nanos() - grant.grantedAt() < this.maxTime.toNanos();
	}

}
