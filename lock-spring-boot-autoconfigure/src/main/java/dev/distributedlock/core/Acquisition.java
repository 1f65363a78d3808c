package dev.distributedlock.core;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import dev.distributedlock.LockBackendException;
import dev.distributedlock.LockHolder;
import dev.distributedlock.LockKey;
import dev.distributedlock.LockOptions;
import dev.distributedlock.LockRequest;
import dev.distributedlock.backend.AcquireCommand;
import dev.distributedlock.backend.AcquireResult;
import dev.distributedlock.core.AcquisitionState.Next;
import dev.distributedlock.core.Outcome.Granted;
import dev.distributedlock.core.Outcome.Refused;
import org.jspecify.annotations.Nullable;

/**
 * One caller's way to a lock: a place in this JVM's line and, once first, attempts at the
 * store until one is granted or the caller gives up.
 */
// AcquisitionState decides, this class acts: it sends commands, sets the timer and
// completes the outcome, always after a transition and never inside of one, so no foreign
// code runs under a lock of ours.
//
// What is never left behind: an attempt that is under way when the caller gives up, or
// whose answer was lost, may have locked. Its owner id is then released in the
// background. Attempts repeat with the same owner id, which stores treat as one.
final class Acquisition {

	private final Engine engine;

	private final LockRequest request;

	private final Duration waitTime;

	private final Duration leaseTime;

	private final boolean renewed;

	private final Deadline deadline;

	private final @Nullable Thread thread;

	private final String owner;

	private final long startedAt;

	private final Backoff backoff;

	private final AcquisitionState state = new AcquisitionState();

	private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();

	private final AtomicReference<Scheduler.Task> nextAttempt = new AtomicReference<>(Scheduler.Task.NONE);

	// Read by those behind in the line when their time is up.
	private volatile @Nullable LockBackendException trouble;

	private volatile boolean answered;

	private volatile boolean queued;

	private volatile @Nullable Deadline answerDue;

	/**
	 * Create an acquisition.
	 * @param request what to lock
	 * @param options how, without gaps
	 * @param deadline when the caller's budget is used up
	 * @param thread the thread that is to hold the lock, {@code null} for none
	 */
	Acquisition(Engine engine, LockRequest request, LockOptions options, Deadline deadline, @Nullable Thread thread) {
		this.engine = engine;
		this.request = request;
		this.waitTime = Objects.requireNonNull(options.waitTime());
		this.leaseTime = Objects.requireNonNull(options.leaseTime());
		this.renewed = Objects.requireNonNull(options.renew());
		this.deadline = deadline;
		this.thread = thread;
		this.owner = engine.nextOwner();
		this.startedAt = engine.ticker().nanos();
		this.backoff = new Backoff(engine.signals().available());
	}

	LockRequest request() {
		return this.request;
	}

	LockKey key() {
		return this.request.key();
	}

	String owner() {
		return this.owner;
	}

	@Nullable Thread thread() {
		return this.thread;
	}

	CompletableFuture<Outcome> outcome() {
		return this.outcome;
	}

	/** Be told of the outcome, by the thread that brings it about. */
	void onOutcome(Consumer<Outcome> action) {
		CompletionStage<Outcome> stage = this.outcome;
		stage.thenAccept(action);
	}

	Duration waited() {
		return Duration.ofNanos(this.engine.ticker().nanos() - this.startedAt);
	}

	boolean hasLooseAttempts() {
		return this.state.hasLooseAttempts();
	}

	/** Whether it has to wait, because it is not the first or was denied. */
	boolean isWaiting() {
		return this.state.isWaiting();
	}

	/** Join the line and, if first, make the first attempt. */
	void start() {
		boolean first = this.engine.lines().join(key(), this);
		this.queued = !first;
		if (this.engine.closed()) {
			// Checked after joining: a shutdown sees either this member or never a grant.
			giveUp(Refusals.closed(this.engine.instance()));
		}
		else if (first) {
			attempt();
		}
		else if (triesOnce()) {
			giveUp(timeout());
		}
		else {
			beginWaiting();
		}
	}

	/** Make an attempt now: first in the line, signalled, or time to poll. */
	void attempt() {
		// Once closed nothing is granted; the shutdown sends all away who are in line.
		if (this.engine.closed() || !this.state.beginAttempt()) {
			return;
		}
		this.nextAttempt.getAndSet(Scheduler.Task.NONE).cancel();
		if (this.queued && this.answerDue == null) {
			this.answerDue = Deadline.after(this.engine.ticker(), this.engine.calls().timeout());
		}
		long sentAt = this.engine.ticker().nanos();
		AcquireCommand command = new AcquireCommand(key(), this.owner, this.engine.instance(), this.leaseTime,
				!triesOnce(), this.engine.tokensFor(key()));
		CompletionStage<AcquireResult> answer = this.engine.calls().send(() -> this.engine.backend().acquire(command));
		answer.whenComplete((result, failure) -> {
			if (result instanceof AcquireResult.Acquired acquired) {
				onAcquired(sentAt, acquired);
			}
			else if (result instanceof AcquireResult.Denied denied) {
				onDenied(denied.holder());
			}
			else {
				onFailed((failure != null) ? failure : new IllegalStateException("it answered nothing"));
			}
		});
	}

	private void onAcquired(long sentAt, AcquireResult.Acquired acquired) {
		this.answered = true;
		this.trouble = null;
		Hold hold = hold(new StoreGrant(this, this.engine.ticker(), acquired), Hold.validUntil(sentAt, this.leaseTime));
		Next next = this.state.granted(hold.valid());
		if (next == Next.USE) {
			complete(grant(hold));
		}
		else if (next == Next.ATTEMPT) {
			// The answer took longer than the lease. Asking again with the same owner id
			// gives a fresh lease, whether the old one has ended in the store or not.
			attempt();
		}
		else {
			giveBack();
		}
	}

	private Hold hold(StoreGrant grant, long validUntil) {
		return new Hold(this.engine.ticker(), this.request, grant, this.thread, validUntil, this.leaseTime,
				this.renewed);
	}

	/**
	 * Whether this takes over what a holder before it hands on. If it does, it is granted
	 * and {@link #takeOver(Hold)} has to follow.
	 */
	WaitingLines.Answer takesOver(Hold before) {
		if (this.deadline.remaining() == 0) {
			return WaitingLines.Answer.DECLINES;
		}
		if (!this.engine.handOver().allows(before, this.leaseTime, this.renewed, this.engine.ticker())) {
			return WaitingLines.Answer.DECLINES;
		}
		return this.state.takeOver() ? WaitingLines.Answer.TAKES : WaitingLines.Answer.GONE;
	}

	/** Hold what the holder before has handed on. */
	Hold takeOver(Hold before) {
		before.grant().passed();
		Hold hold = hold(before.grant(), before.validUntil());
		hold.asking(before.longest());
		return hold;
	}

	/** Tell the caller how it ended. */
	void complete(Outcome outcome) {
		this.outcome.complete(outcome);
	}

	/** From here on nobody else gives the caller an outcome, so there must be one. */
	Outcome grant(Hold hold) {
		Outcome result;
		try {
			result = new Granted(this.engine.granted(this, hold));
		}
		catch (RuntimeException | Error ex) {
			this.engine.undo(this, hold);
			return storeTrouble(this.engine.calls().failure(ex));
		}
		if (this.engine.closed()) {
			// A shutdown that had not seen the hold yet does not wait for it.
			this.engine.undo(this, hold);
			return Refusals.closed(this.engine.instance());
		}
		return result;
	}

	private void onDenied(@Nullable LockHolder holder) {
		this.answered = true;
		this.trouble = null;
		if (!triesOnce()) {
			// Before the transition: what it signals at once is then remembered by it.
			this.engine.signals().ensureActive();
		}
		Next next = this.state.denied(holder);
		if (next == Next.NOTHING) {
			return;
		}
		if (triesOnce()) {
			giveUp(timeout());
			return;
		}
		beginWaiting();
		if (next == Next.ATTEMPT) {
			attempt();
		}
		else {
			attemptAfter(this.backoff.afterDenial(holder));
		}
	}

	private void onFailed(Throwable failure) {
		LockBackendException cause = this.engine.calls().failure(failure);
		this.trouble = cause;
		if (this.state.failed() == Next.GIVE_BACK) {
			giveBack();
		}
		else if (triesOnce() || !cause.isRetryable()) {
			giveUp(storeTrouble(cause));
		}
		else {
			beginWaiting();
			attemptAfter(this.backoff.afterFailure());
		}
	}

	private void attemptAfter(long delayNanos) {
		// Never sleep through the rest of the budget: look again when half of it is over.
		long delay = Math.min(delayNanos, Math.max(this.deadline.remaining() / 2, Backoff.SHORTEST));
		this.nextAttempt.getAndSet(this.engine.scheduler().after(delay, this::attempt)).cancel();
		if (this.state.isFinished()) {
			this.nextAttempt.getAndSet(Scheduler.Task.NONE).cancel();
		}
	}

	private void beginWaiting() {
		if (this.state.beginWaiting()) {
			this.engine.listeners().tell((listener) -> listener.waitStarted(this.request));
			onOutcome((ended) -> this.engine.listeners().tell((listener) -> listener.waitEnded(this.request)));
		}
	}

	/** End without a grant, unless there is one already. */
	void giveUp(Refused reason) {
		if (!this.state.giveUp()) {
			return;
		}
		this.nextAttempt.getAndSet(Scheduler.Task.NONE).cancel();
		if (this.state.isUnknown()) {
			giveBack();
		}
		this.engine.leave(this);
		complete(reason);
	}

	private void giveBack() {
		this.engine.orphans().giveBack(key(), this.owner, this.leaseTime);
	}

	private boolean triesOnce() {
		return this.waitTime.isZero();
	}

	/** The refusal of a caller whose time is up. */
	Refused timeout() {
		Acquisition first = this.engine.lines().first(key());
		Acquisition asking = (first != null) ? first : this;
		LockBackendException cause = asking.trouble;
		if (cause != null || (asking == this && storeIsSilent())) {
			return storeTrouble(cause);
		}
		return Refusals.busy(this.request, this.waitTime, this.engine.backend().name(), this.state.holder());
	}

	/**
	 * Whether the store left this without any answer. One that stood behind a holder and
	 * asked a moment ago only knows that the lock was busy.
	 */
	private boolean storeIsSilent() {
		Deadline due = this.answerDue;
		return !this.answered && (!this.queued || (due != null && due.remaining() == 0));
	}

	private Refused storeTrouble(@Nullable LockBackendException cause) {
		return Refusals.storeTrouble(this.request, waited(), this.engine.backend().name(), cause);
	}

}
