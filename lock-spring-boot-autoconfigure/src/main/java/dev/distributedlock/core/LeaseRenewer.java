package dev.distributedlock.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import dev.distributedlock.LockLostEvent.Reason;
import dev.distributedlock.backend.BatchRenewals;
import dev.distributedlock.backend.LockBackend;
import dev.distributedlock.backend.RenewCommand;
import dev.distributedlock.backend.Ticker;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renews holds and notices when one is over.
 */
// Each hold has one entry in the agenda: the next thing to do, which is to send a renewal
// or to declare the hold expired. A renewal is due a third of the lease after the last
// confirmed one was sent, or up to a twenty-fourth of the lease earlier if others are
// renewed then, so that many holds soon travel together. While no answer comes, or
// answers
// fail, it is sent again each sixth of the lease, so that some four attempts fit into a
// lease. Attempts are not waited for: one that hangs delays neither the next nor those of
// other holds, and 'confirm' takes answers in any order. Nothing here blocks.
//
// The delay is measured from now, not from when the timer should have fired: a process
// that was stopped for a while finds its hold expired and does not catch up in a burst.
final class LeaseRenewer {

	private static final Logger logger = LoggerFactory.getLogger(LeaseRenewer.class);

	private final Engine engine;

	private final LockBackend backend;

	private final Ticker ticker;

	private final Agenda<Hold> agenda;

	LeaseRenewer(Engine engine, LockBackend backend, Ticker ticker, Scheduler scheduler) {
		this.engine = engine;
		this.backend = backend;
		this.ticker = ticker;
		this.agenda = new Agenda<>(ticker, scheduler, this::lookAt);
	}

	/** Start to watch a hold, or look at it afresh because it is to be renewed now. */
	void watch(Hold hold) {
		scheduleRenewal(hold, 0);
	}

	/** Stop to watch a hold. */
	void forget(Hold hold) {
		this.agenda.remove(hold);
	}

	/** The number of holds that are watched. */
	int size() {
		return this.agenda.size();
	}

	private void scheduleRenewal(Hold hold, long sinceConfirmed) {
		long lease = hold.leaseTime().toNanos();
		scheduleIn(hold, lease / 3 - sinceConfirmed, lease / 24);
	}

	private void scheduleIn(Hold hold, long renewIn, long ahead) {
		long expiresIn = Math.max(0, hold.remaining());
		// Half of what is left comes first where a renewal would come too late, or so
		// late that a failure could not be made good.
		long last = Math.min(expiresIn, hold.leaseTime().toNanos() / 50);
		long latest = hold.renewed() ? Math.max(expiresIn / 2, last) : expiresIn;
		boolean regular = hold.renewed() && renewIn <= latest;
		this.agenda.put(hold, regular ? renewIn : latest, regular ? ahead : 0, hold::held);
	}

	private void lookAt(List<Hold> due) {
		List<Urgent> renewals = new ArrayList<>();
		List<Hold> expired = new ArrayList<>();
		for (Hold hold : due) {
			if (!hold.held()) {
				forget(hold);
			}
			else if (hold.remaining() <= 0) {
				expired.add(hold);
			}
			else if (hold.renewed() && ownerIsAlive(hold)) {
				scheduleIn(hold, hold.leaseTime().toNanos() / 6, 0);
				renewals.add(new Urgent(hold, hold.remaining()));
			}
			else {
				scheduleIn(hold, Long.MAX_VALUE, 0);
			}
		}
		renewals.sort(Comparator.comparingLong(Urgent::remaining));
		renew(renewals.stream().map(Urgent::hold).toList());
		// Last, as listeners take their time.
		expired.forEach((hold) -> this.engine.lost(hold, Reason.EXPIRED));
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

	private void renew(List<Hold> holds) {
		List<RenewCommand> commands = holds.stream()
			.map((hold) -> new RenewCommand(hold.key(), hold.owner(), hold.renewal()))
			.toList();
		long sentAt = this.ticker.nanos();
		List<CompletionStage<Boolean>> answers = send(commands);
		for (int i = 0; i < commands.size(); i++) {
			Hold hold = holds.get(i);
			Duration leaseTime = commands.get(i).lease();
			answers.get(i).whenComplete((renewed, failure) -> onAnswer(hold, leaseTime, sentAt, renewed, failure));
		}
	}

	private List<CompletionStage<Boolean>> send(List<RenewCommand> commands) {
		if (commands.size() > 1 && this.backend instanceof BatchRenewals batches) {
			try {
				List<CompletionStage<Boolean>> answers = batches.renewAll(commands);
				if (answers.size() != commands.size()) {
					throw new IllegalStateException(
							"it returned " + answers.size() + " answers to " + commands.size() + " renewals");
				}
				return answers;
			}
			catch (RuntimeException | Error ex) {
				return commands.stream().map((command) -> CompletableFuture.<Boolean>failedStage(ex)).toList();
			}
		}
		return commands.stream()
			.map((command) -> this.engine.calls()
				.send(() -> this.backend.renew(command.key(), command.owner(), command.lease())))
			.toList();
	}

	private void onAnswer(Hold hold, Duration leaseTime, long sentAt, @Nullable Boolean renewed,
			@Nullable Throwable failure) {
		if (!hold.held()) {
			if (!Boolean.TRUE.equals(renewed)) {
				// What is kept of it must not be handed on.
				hold.doubt();
			}
			return;
		}
		if (failure != null) {
			hold.doubt();
			this.engine.renewalFailed(hold, failure);
		}
		else if (Boolean.TRUE.equals(renewed)) {
			hold.confirm(sentAt, leaseTime);
			this.engine.renewed(hold);
			scheduleRenewal(hold, this.ticker.nanos() - sentAt);
		}
		else {
			this.engine.lost(hold, Reason.NOT_HELD);
		}
	}

	/** A hold to renew, and what was left of it when it was looked at. */
	private record Urgent(Hold hold, long remaining) {
	}

}
