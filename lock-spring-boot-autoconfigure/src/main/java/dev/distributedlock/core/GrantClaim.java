package dev.distributedlock.core;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import dev.distributedlock.LockLostEvent.Reason;
import org.jspecify.annotations.Nullable;

/**
 * Brings a grant from the store's queue, which lasts for a few seconds only, to the full
 * lease of its holder. A section that ends at once needs no claim, and most do.
 */
// The grant may be handed on while the claim is under way: then the answer counts for a
// holder that is gone, and the claim is made again for the new one. If there is none yet
// the hand-over sees to that.
final class GrantClaim {

	// Well after a hand-over by time has ended: a claim that is due at the same moment
	// would
	// mostly be for nothing.
	private static final long DELAY = TimeUnit.MILLISECONDS.toNanos(25);

	private static final long RETRY_DELAY = TimeUnit.MILLISECONDS.toNanos(100);

	private final Engine engine;

	private final StoreGrant grant;

	GrantClaim(Engine engine, StoreGrant grant) {
		this.engine = engine;
		this.grant = grant;
	}

	void start() {
		this.engine.scheduler().after(DELAY, this::claim);
	}

	private void claim() {
		Hold hold = this.grant.holder();
		if (hold == null || !hold.held()) {
			claimForTheNext(hold);
			return;
		}
		Duration leaseTime = Duration.ofNanos(Math.max(hold.leaseTime().toNanos(), hold.keptFor()));
		long sentAt = this.engine.ticker().nanos();
		this.engine.calls()
			.send(() -> this.engine.backend().renew(hold.key(), hold.owner(), leaseTime))
			.whenComplete((renewed, failure) -> onAnswer(hold, sentAt, leaseTime, renewed));
	}

	private void onAnswer(Hold hold, long sentAt, Duration leaseTime, @Nullable Boolean renewed) {
		Hold holder = this.grant.holder();
		if (renewed == null) {
			this.engine.scheduler().after(RETRY_DELAY, this::claim);
		}
		else if (!renewed) {
			// All holders of a grant have the same owner id in the store. One that has
			// ended is lost to nobody, but must not be handed on, or who has it already
			// is to know.
			Hold last = (holder != null) ? holder : hold;
			last.doubt();
			this.engine.lost(last, Reason.NOT_HELD);
			claimForTheNext(last);
		}
		else {
			hold.confirm(sentAt, leaseTime);
			if (holder == hold && hold.held()) {
				this.grant.claimed();
			}
			else {
				claimForTheNext(hold);
			}
		}
	}

	private void claimForTheNext(@Nullable Hold ended) {
		if (ended != null && this.grant.missClaim(ended)) {
			claim();
		}
	}

}
