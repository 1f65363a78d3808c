package dev.distributedlock.core;

import dev.distributedlock.backend.AcquireResult.Acquired;
import dev.distributedlock.backend.Ticker;

/**
 * One grant of the store: it serves one holder, or several of this JVM one after the
 * other, each with a token of its own.
 */
// Idea: lock cohorting (Dice, Marathe, Shavit, PPoPP 2012): the store's lock belongs to
// the grant, not to a thread, so it can be handed on without the store.
//
// 'nextToken' and 'passes' are read and written by the thread that closes the current
// hold only. It hands the grant on through WaitingLines, whose atomic change publishes
// them to the thread that closes the next one.
final class StoreGrant {

	private final Acquisition origin;

	private final long grantedAt;

	private final long lastToken;

	private long nextToken;

	private int passes;

	StoreGrant(Acquisition origin, Ticker ticker, Acquired acquired) {
		this.origin = origin;
		this.grantedAt = ticker.nanos();
		this.nextToken = acquired.token();
		this.lastToken = acquired.lastToken();
	}

	/** The owner id by which the store knows it. */
	String owner() {
		return this.origin.owner();
	}

	/** The reading of the clock when the grant arrived. */
	long grantedAt() {
		return this.grantedAt;
	}

	/** How often it was handed on. */
	int passes() {
		return this.passes;
	}

	boolean hasToken() {
		return this.nextToken <= this.lastToken;
	}

	/** Take the token for the next holder. */
	long takeToken() {
		return this.nextToken++;
	}

	void passed() {
		this.passes++;
	}

	/**
	 * Whether an attempt may still be on its way that would lock anew, after the release.
	 */
	boolean hasLooseAttempts() {
		return this.origin.hasLooseAttempts();
	}

}
