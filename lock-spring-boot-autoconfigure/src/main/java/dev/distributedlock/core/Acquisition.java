package dev.distributedlock.core;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

import dev.distributedlock.LockBackendException;
import dev.distributedlock.LockKey;
import dev.distributedlock.LockRequest;
import dev.distributedlock.backend.AcquireCommand;
import dev.distributedlock.backend.AcquireResult;
import dev.distributedlock.backend.WaitQueue;
import dev.distributedlock.core.Outcome.Refused;
import org.jspecify.annotations.Nullable;

/**
 * One caller's way to a lock: a place in this JVM's line and, once first, attempts at the
 * store until one is granted or the caller gives up.
 */
// AcquisitionState decides; this class (for the caller and the line) and Attempts (for
// the
// store) act, always after a transition and never inside of one, so no foreign code runs
// under a lock of ours.
final class Acquisition {

	private final Engine engine;

	private final Terms terms;

	private final Deadline deadline;

	private final String owner;

	private final LineKey line;

	private final long startedAt;

	private final AcquisitionState state = new AcquisitionState();

	private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();

	private final StoreAnswers answers;

	private final Attempts attempts;

	// What it holds or has held, once granted.
	private volatile @Nullable StoreGrant grant;

	private volatile boolean leaving;

	// The owner id of what was handed to this acquisition, or is released together with
	// its attempt.
	private volatile @Nullable String heldBy;

	/**
	 * Create an acquisition.
	 * @param deadline when the caller's budget is used up
	 */
	Acquisition(Engine engine, Terms terms, Deadline deadline) {
		this.engine = engine;
		this.terms = terms;
		this.deadline = deadline;
		this.owner = engine.nextOwner();
		this.line = terms.alone() ? new LineKey(terms.key(), this.owner) : LineKey.common(terms.key());
		this.startedAt = engine.ticker().nanos();
		this.answers = new StoreAnswers(engine.ticker(), engine.calls().timeout());
		this.attempts = new Attempts(engine, this, terms, this.state, this.answers,
				new NextAttempt(engine, deadline, this.state, this::attempt));
	}

	LockRequest request() {
		return this.terms.request();
	}

	LockKey key() {
		return this.terms.key();
	}

	/** Where it stands until it has given up, or its hold has ended. */
	LineKey line() {
		return this.line;
	}

	String owner() {
		return this.owner;
	}

	@Nullable Thread thread() {
		return this.terms.thread();
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
		if (this.terms.alone()) {
			this.engine.kept().letGo(key());
		}
		else if (this.engine.kept().barge(this)) {
			return;
		}
		boolean first = this.engine.lines().join(this.line, this);
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
		else {
			awaitTurn();
		}
	}

	private void awaitTurn() {
		this.engine.kept().letGo(key());
		boolean next = this.terms.triesOnce() && this.engine.lines().isNext(this.line, this);
		Acquisition first = this.engine.lines().first(this.line);
		if (first == this) {
			// Whoever has made it the first sees to its grant or attempt.
			return;
		}
		if (this.terms.triesOnce() && (first == null || !first.leaving || !next)) {
			giveUp(timeout());
		}
		else {
			beginWaiting();
		}
	}

	/** Its lock is being released, and nobody waits for that but the next of the line. */
	void leaving() {
		this.leaving = true;
	}

	/** Another JVM wants what this holds. */
	void wanted() {
		StoreGrant held = this.grant;
		if (held != null) {
			held.want();
		}
	}

	/** Make an attempt now: first in the line, signalled, or time to poll. */
	void attempt() {
		this.attempts.make();
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

	/** The command of an attempt that has begun. */
	AcquireCommand command() {
		return this.attempts.command();
	}

	/** The store answered an attempt that travelled with a release. */
	void onExchange(long sentAt, @Nullable AcquireResult result, @Nullable Throwable failure) {
		this.heldBy = null;
		this.attempts.onAnswer(sentAt, result, failure);
	}

	/** The store granted the lock to this as the first of its queue. */
	void granted(WaitQueue.Grant granted) {
		this.attempts.onGrant(granted);
	}

	/** Hold a grant of the store. */
	Hold hold(StoreGrant grant, long validUntil) {
		this.grant = grant;
		return new Hold(this.engine.ticker(), this.terms, grant, validUntil);
	}

	/**
	 * Whether this takes over what a holder before it hands on. If it does, it is granted
	 * and {@link #takeOver(Hold)} has to follow.
	 */
	WaitingLines.Answer takesOver(Hold before) {
		if (this.deadline.remaining() == 0
				|| !this.engine.handOver().allows(before, this.terms, this.engine.ticker())) {
			return WaitingLines.Answer.DECLINES;
		}
		if (!this.state.takeOver()) {
			return WaitingLines.Answer.GONE;
		}
		// Before the line changes: whoever finds this as the first then sees both.
		this.grant = before.grant();
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

	/** Tell that it has to wait, the first time. */
	void beginWaiting() {
		if (this.state.beginWaiting()) {
			this.engine.listeners().tell((listener) -> listener.waitStarted(request()));
			onOutcome((ended) -> this.engine.listeners().tell((listener) -> listener.waitEnded(request())));
		}
	}

	/** End without a grant, unless there is one already. */
	void giveUp(Refused reason) {
		if (!this.state.giveUp()) {
			return;
		}
		this.attempts.end();
		this.engine.leave(this);
		complete(reason);
	}

	/** The refusal of a caller whose time is up. */
	Refused timeout() {
		Acquisition first = this.engine.lines().first(this.line);
		Acquisition asking = (first != null) ? first : this;
		LockBackendException cause = asking.answers.trouble();
		if (cause != null || (asking == this && this.answers.isSilent())) {
			return storeTrouble(cause);
		}
		return Refusals.busy(request(), this.terms.waitTime(), this.engine.backend().name(), this.state.holder());
	}

	/** The refusal if the store failed, or ({@code null}) did not answer. */
	Refused storeTrouble(@Nullable LockBackendException cause) {
		return Refusals.storeTrouble(request(), waited(), this.engine.backend().name(), cause);
	}

}
