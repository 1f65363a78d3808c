package dev.distributedlock.core;

import java.time.Duration;

import dev.distributedlock.backend.AcquireResult.Acquired;
import dev.distributedlock.backend.Ticker;
import org.jspecify.annotations.Nullable;

/**
 * One grant of the store: it serves one holder, or several of this JVM one after the
 * other, each with a token of its own.
 */
// Idea: lock cohorting (Dice, Marathe, Shavit, PPoPP 2012): the store's lock belongs to
// the grant, not to a thread, so it can be handed on without the store.
//
// 'nextToken' and 'passes' are read and written by the thread that closes the current
// hold only. It hands the grant on through WaitingLines (and KeptGrants), whose atomic
// changes publish them to the thread that closes the next one. The volatile fields are
// read by the claim.
final class StoreGrant {

	private final Acquisition origin;

	private final Acquired acquired;

	private final long grantedAt;

	private long nextToken;

	private int passes;

	private volatile @Nullable Hold holder;

	private volatile @Nullable Duration toBeClaimed;

	private volatile boolean claimMissed;

	private volatile boolean wanted;

	/**
	 * Create a grant.
	 * @param toBeClaimed how long it lasts unless it is claimed by a renewal,
	 * {@code null} if it has its full lease
	 */
	StoreGrant(Acquisition origin, Ticker ticker, Acquired acquired, @Nullable Duration toBeClaimed) {
		this.origin = origin;
		this.acquired = acquired;
		this.grantedAt = ticker.nanos();
		this.nextToken = acquired.token();
		this.toBeClaimed = toBeClaimed;
	}

	/** The owner id by which the store knows it. */
	String owner() {
		return this.origin.owner();
	}

	/** The reading of the clock when the grant arrived. */
	long grantedAt() {
		return this.grantedAt;
	}

	/** Whether others wait for it in the store, as far as is known. */
	boolean contested() {
		return this.wanted || this.acquired.contested();
	}

	/** Others have come since the grant. */
	void want() {
		this.wanted = true;
	}

	/** How often it was handed on. */
	int passes() {
		return this.passes;
	}

	boolean hasToken() {
		return this.nextToken <= this.acquired.lastToken();
	}

	/** Take the token for the next holder. */
	long takeToken() {
		return this.nextToken++;
	}

	/** Who holds it now; does not change once the store's lock was given up. */
	@Nullable Hold holder() {
		return this.holder;
	}

	void heldBy(Hold hold) {
		this.passes += (this.holder != null) ? 1 : 0;
		this.holder = hold;
	}

	@Nullable Duration toBeClaimed() {
		return this.toBeClaimed;
	}

	void claimed() {
		this.toBeClaimed = null;
	}

	/**
	 * The claim came when a hold had ended. Whoever takes over claims anew, or has been
	 * too early to know: one of the two sees what the other has written first.
	 * @return whether somebody has taken over
	 */
	boolean missClaim(Hold ended) {
		this.claimMissed = true;
		return this.holder != ended;
	}

	/** Whether who has taken over is to claim; returns {@code true} once. */
	boolean takeMissedClaim() {
		boolean missed = this.claimMissed;
		if (missed) {
			this.claimMissed = false;
		}
		return missed;
	}

	/**
	 * Whether an attempt may still be on its way that would lock anew, after the release.
	 */
	boolean hasLooseAttempts() {
		return this.origin.hasLooseAttempts();
	}

}
