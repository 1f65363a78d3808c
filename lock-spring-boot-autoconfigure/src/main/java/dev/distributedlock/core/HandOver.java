package dev.distributedlock.core;

import java.time.Duration;

import dev.distributedlock.backend.Ticker;

/**
 * How a lock goes from a holder to the next one: how long threads of this JVM may hand a
 * grant of the store on among themselves before other JVMs get their turn, and what they
 * may do besides that has a price.
 *
 * @param maxPasses how often at most, and a quarter less if other JVMs are known to wait;
 * 0 for never, which is the strict order over JVMs
 * @param maxTime how long at most after the store's grant
 * @param keepFor how long a grant that nobody of this JVM waits for is kept for one who
 * comes; 0 for not at all
 * @param barging whether one who comes may take the grant past those who wait
 * @param asynchronous whether a holder lets go without waiting for the store's answer
 */
record HandOver(int maxPasses, Duration maxTime, Duration keepFor, boolean barging, boolean asynchronous) {

	/** The number of tokens that a grant needs. */
	int tokens() {
		return this.maxPasses + 1;
	}

	/** Whether it matters if others want a grant. */
	boolean revocable() {
		return !this.keepFor.isZero();
	}

	/** Whether the grant of a hold that has just ended stays for whoever comes next. */
	boolean keeps(Hold hold, Ticker ticker) {
		return !this.keepFor.isZero() && !hold.grant().contested() && goesOn(hold, ticker)
				&& hold.remaining() > 2 * this.keepFor.toNanos();
	}

	/**
	 * For how long a grant is kept: not beyond the time in which somebody may have it.
	 */
	long keepTime(Hold hold, Ticker ticker) {
		return Math.min(this.keepFor.toNanos(), this.maxTime.toNanos() - (ticker.nanos() - hold.grant().grantedAt()));
	}

	/** Whether one who comes may have it before those who wait. */
	boolean barges(Hold hold, Ticker ticker) {
		return this.barging && goesOn(hold, ticker);
	}

	/** Whether a hold that has just ended may go to the next, who wants it as given. */
	boolean allows(Hold hold, Terms next, Ticker ticker) {
		return goesOn(hold, ticker)
				&& hold.remaining() >= Math.max(enough(hold.grant(), next), next.holdAtLeast().toNanos());
	}

	private boolean goesOn(Hold hold, Ticker ticker) {
		StoreGrant grant = hold.grant();
		int passes = grant.contested() ? this.maxPasses - this.maxPasses / 4 : this.maxPasses;
		return grant.passes() < passes && grant.hasToken() && !hold.suspect()
				&& ticker.nanos() - grant.grantedAt() < this.maxTime.toNanos();
	}

	private static long enough(StoreGrant grant, Terms next) {
		Duration toBeClaimed = grant.toBeClaimed();
		if (toBeClaimed != null) {
			return toBeClaimed.toNanos() / 2;
		}
		// A renewed lease is brought to full length soon; one that is not renewed must
		// have it (almost) from the start.
		long lease = next.leaseTime().toNanos();
		return next.renewed() ? lease / 2 : lease / 10 * 9;
	}

}
