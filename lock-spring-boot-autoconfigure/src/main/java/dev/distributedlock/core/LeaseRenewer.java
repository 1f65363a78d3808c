package dev.distributedlock.core;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

import dev.distributedlock.LockLostEvent.Reason;
import dev.distributedlock.backend.LockBackend;
import dev.distributedlock.backend.Ticker;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renews holds and notices when one is over.
 */
// Each hold has one timer, set to the next thing to do: send a renewal, or declare the
// hold expired. A renewal is due a third of the lease after the last confirmed one was
// sent, and again a sixth of the lease later while no answer comes or answers fail, so
// that some four attempts fit into a lease. Attempts are not waited for: one that hangs
// delays neither the next nor those of other holds, and 'confirm' takes answers in any
// order. Nothing here blocks.
//
// The delay is measured from now, not from when the timer should have fired: a process
// that was stopped for a while finds its hold expired and does not catch up in a burst.
final class LeaseRenewer {

	private static final Logger logger = LoggerFactory.getLogger(LeaseRenewer.class);

	private final Engine engine;

	private final LockBackend backend;

	private final Ticker ticker;

	private final Scheduler scheduler;

	private final ConcurrentHashMap<Hold, Scheduler.Task> timers = new ConcurrentHashMap<>();

	LeaseRenewer(Engine engine, LockBackend backend, Ticker ticker, Scheduler scheduler) {
		this.engine = engine;
		this.backend = backend;
		this.ticker = ticker;
		this.scheduler = scheduler;
	}

	/** Start to watch a hold, or look at it afresh because it is to be renewed now. */
	void watch(Hold hold) {
		scheduleIn(hold, hold.leaseTime().toNanos() / 3);
	}

	/** Stop to watch a hold. */
	void forget(Hold hold) {
		Scheduler.Task timer = this.timers.remove(hold);
		if (timer != null) {
			timer.cancel();
		}
	}

	/** The number of holds that are watched. */
	int size() {
		return this.timers.size();
	}

	private void scheduleIn(Hold hold, long renewIn) {
		long expiresIn = Math.max(0, hold.remaining());
		// Half of what is left comes first where a renewal would come too late, or so
		// late
		// that a failure could not be made good.
		long last = Math.min(expiresIn, hold.leaseTime().toNanos() / 50);
		long delay = hold.renewed() ? Math.min(renewIn, Math.max(expiresIn / 2, last)) : expiresIn;
		this.timers.compute(hold, (h, old) -> {
			if (old != null) {
				old.cancel();
			}
			return h.held() ? this.scheduler.after(Math.max(0, delay), () -> tick(h)) : null;
		});
	}

	private void tick(Hold hold) {
		if (!hold.held()) {
			forget(hold);
		}
		else if (hold.remaining() <= 0) {
			this.engine.lost(hold, Reason.EXPIRED);
		}
		else if (hold.renewed() && ownerIsAlive(hold)) {
			Duration leaseTime = hold.leaseTime();
			scheduleIn(hold, leaseTime.toNanos() / 6);
			renew(hold, leaseTime);
		}
		else {
			scheduleIn(hold, Long.MAX_VALUE);
		}
	}

	private static boolean ownerIsAlive(Hold hold) {
		Thread thread = hold.thread();
		if (thread == null || !hold.bound() || thread.isAlive()) {
			return true;
		}
		logger.warn("Thread '{}' has ended without releasing lock '{}': its lease is not renewed any more",
				thread.getName(), hold.request().name());
		return false;
	}

	private void renew(Hold hold, Duration leaseTime) {
		long sentAt = this.ticker.nanos();
		CompletionStage<Boolean> answer = this.engine.calls()
			.send(() -> this.backend.renew(hold.key(), hold.owner(), leaseTime));
		answer.whenComplete((renewed, failure) -> onAnswer(hold, leaseTime, sentAt, renewed, failure));
	}

	private void onAnswer(Hold hold, Duration leaseTime, long sentAt, @Nullable Boolean renewed,
			@Nullable Throwable failure) {
		if (!hold.held()) {
			return;
		}
		if (failure != null) {
			hold.doubt();
			this.engine.renewalFailed(hold, failure);
		}
		else if (Boolean.TRUE.equals(renewed)) {
			hold.confirm(sentAt, leaseTime);
			this.engine.renewed(hold);
			scheduleIn(hold, leaseTime.toNanos() / 3 - (this.ticker.nanos() - sentAt));
		}
		else {
			this.engine.lost(hold, Reason.NOT_HELD);
		}
	}

}
