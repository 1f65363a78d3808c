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
import dev.distributedlock.backend.WaitQueue;
import dev.distributedlock.core.AcquisitionState.Denial;
import dev.distributedlock.core.AcquisitionState.Next;
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

	private final StoreAnswers answers;

	// The owner id of what was handed to this acquisition, or is released together with
	// its attempt.
	private volatile @Nullable String heldBy;

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
		this.answers = new StoreAnswers(engine.ticker(), engine.calls().timeout());
		this.backoff = new Backoff(engine.queue().source() != null);
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
		if (!first) {
			this.answers.queued();
		}
		if (this.state.isGivenUp()) {
			// If that was before it joined, it has not been taken out of the line.
			this.engine.leave(this);
		}
		else if (this.engine.closed()) {
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
		long sentAt = this.engine.ticker().nanos();
		AcquireCommand attempt = command();
		CompletionStage<AcquireResult> answer = this.engine.calls().send(() -> this.engine.backend().acquire(attempt));
		answer.whenComplete((result, failure) -> onAnswer(sentAt, result, failure));
	}

	/**
	 * Whether this makes an attempt that travels with the release of the holder before.
	 * If so it has begun, and {@link #onExchange} has to follow.
	 */
	WaitingLines.Answer attempts(Hold before) {
		if (!this.state.beginAttempt()) {
			return WaitingLines.Answer.GONE;
		}
		// A late answer or message must not have it released before the exchange does:
		// the holder before would be told that its lock was lost.
		this.heldBy = before.owner();
		return WaitingLines.Answer.TAKES;
	}

	/** The command of an attempt that has begun: the same for all of them. */
	AcquireCommand command() {
		this.nextAttempt.getAndSet(Scheduler.Task.NONE).cancel();
		this.answers.asked();
		return new AcquireCommand(key(), this.owner, this.engine.instance(), this.leaseTime, !triesOnce(),
				triesOnce() ? 1 : this.engine.handOver().tokens());
	}

	/** The store answered an attempt that travelled with a release. */
	void onExchange(long sentAt, @Nullable AcquireResult result, @Nullable Throwable failure) {
		this.heldBy = null;
		onAnswer(sentAt, result, failure);
	}

	/** The store answered an attempt. */
	private void onAnswer(long sentAt, @Nullable AcquireResult result, @Nullable Throwable failure) {
		if (result instanceof AcquireResult.Acquired acquired) {
			onAcquired(sentAt, acquired);
		}
		else if (result instanceof AcquireResult.Denied denied) {
			onDenied(sentAt, denied.holder());
		}
		else {
			onFailed((failure != null) ? failure : new IllegalStateException("it answered nothing"));
		}
	}

	private void onAcquired(long sentAt, AcquireResult.Acquired acquired) {
		this.answers.answered();
		StoreGrant grant = new StoreGrant(this, this.engine.ticker(), acquired,
				/* toBeClaimed= */ null);
		Hold hold = hold(grant, Hold.validUntil(sentAt, this.leaseTime));
		Next next = this.state.granted(hold.valid());
		if (next == Next.USE) {
			complete(this.engine.granted(this, hold));
		}
		else if (next == Next.ATTEMPT) {
			// The answer took longer than the lease. Asking again with the same owner id
			// gives a fresh lease, whether the old one has ended in the store or not.
			attempt();
		}
		else {
			undo(next);
		}
	}

	/**
	 * The store granted the lock to this as the first of its queue. When that was is
	 * known from the last denial, unless the message is from before it: then, or if too
	 * little of the lease is left, an attempt asks the store.
	 */
	void granted(WaitQueue.Grant granted) {
		Duration lease = granted.lease();
		Denial denial = this.state.denial();
		long validUntil = (denial != null) ? Hold.validUntil(denial.sentAt(), lease) : 0;
		boolean usable = denial != null && granted.acquired().token() > denial.token()
				&& validUntil - this.engine.ticker().nanos() > lease.toNanos() / 4;
		Next next = this.state.grantedFromQueue(usable);
		if (next == Next.ATTEMPT) {
			attempt();
		}
		if (next != Next.USE) {
			return;
		}
		this.nextAttempt.getAndSet(Scheduler.Task.NONE).cancel();
		boolean claims = lease.compareTo(this.leaseTime) < 0;
		StoreGrant grant = new StoreGrant(this, this.engine.ticker(), granted.acquired(), claims ? lease : null);
		Hold hold = hold(grant, validUntil);
		complete(this.engine.granted(this, hold));
		if (claims) {
			new GrantClaim(this.engine, grant).start();
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
		if (this.deadline.remaining() == 0
				|| !this.engine.handOver().allows(before, this.leaseTime, this.renewed, this.engine.ticker())) {
			return WaitingLines.Answer.DECLINES;
		}
		if (!this.state.takeOver()) {
			return WaitingLines.Answer.GONE;
		}
		// Before the line changes: whoever finds this as the first then sees it.
		this.heldBy = before.owner();
		return WaitingLines.Answer.TAKES;
	}

	/** Whether a grant that another acquisition got is in the hands of this. */
	boolean holdsBy(String owner) {
		return owner.equals(this.heldBy);
	}

	/** Hold what the holder before has handed on. */
	Hold takeOver(Hold before) {
		Hold hold = hold(before.grant(), before.validUntil());
		hold.asking(before.longest());
		return hold;
	}

	/** Tell the caller how it ended. */
	void complete(Outcome outcome) {
		this.outcome.complete(outcome);
	}

	private void onDenied(long sentAt, @Nullable LockHolder holder) {
		this.answers.answered();
		if (!triesOnce()) {
			// Before the transition: what it signals at once is then remembered by it.
			this.engine.queue().ensureActive();
		}
		Next next = this.state.denied(holder, sentAt, !triesOnce() && this.engine.queue().source() != null);
		if (next != Next.ATTEMPT && next != Next.PAUSE) {
			undo(next);
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
		this.answers.failed(cause);
		Next next = this.state.failed();
		if (next != Next.PAUSE) {
			undo(next);
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
		if (this.state.isKnownToStore()) {
			giveBack();
		}
		this.engine.leave(this);
		complete(reason);
	}

	private void undo(Next next) {
		Acquisition first = this.engine.lines().first(key());
		boolean inUse = first != null && (first == this || first.holdsBy(this.owner));
		if (next == Next.GIVE_BACK || (next == Next.GIVE_BACK_IF_RELEASED && !inUse)) {
			giveBack();
		}
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
		LockBackendException cause = asking.answers.trouble();
		if (cause != null || (asking == this && this.answers.isSilent())) {
			return storeTrouble(cause);
		}
		return Refusals.busy(this.request, this.waitTime, this.engine.backend().name(), this.state.holder());
	}

	/** The refusal if the store failed, or ({@code null}) did not answer. */
	Refused storeTrouble(@Nullable LockBackendException cause) {
		return Refusals.storeTrouble(this.request, waited(), this.engine.backend().name(), cause);
	}

}
