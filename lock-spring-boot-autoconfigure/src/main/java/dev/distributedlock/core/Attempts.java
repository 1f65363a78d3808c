package dev.distributedlock.core;

import java.time.Duration;
import java.util.concurrent.CompletionStage;

import dev.distributedlock.LockBackendException;
import dev.distributedlock.backend.AcquireCommand;
import dev.distributedlock.backend.AcquireResult;
import dev.distributedlock.backend.WaitQueue;
import dev.distributedlock.core.AcquisitionState.Denial;
import dev.distributedlock.core.AcquisitionState.Next;
import org.jspecify.annotations.Nullable;

/**
 * What an acquisition asks the store, and what becomes of the answers.
 */
// What is never left behind: an attempt that is under way when the caller gives up, or
// whose answer was lost, may have locked. Its owner id is then released in the
// background. Attempts repeat with the same owner id, which stores treat as one.
final class Attempts {

	private final Engine engine;

	private final Acquisition acquisition;

	private final Terms terms;

	private final AcquisitionState state;

	private final StoreAnswers answers;

	private final NextAttempt next;

	Attempts(Engine engine, Acquisition acquisition, Terms terms, AcquisitionState state, StoreAnswers answers,
			NextAttempt next) {
		this.engine = engine;
		this.acquisition = acquisition;
		this.terms = terms;
		this.state = state;
		this.answers = answers;
		this.next = next;
	}

	/** Make an attempt, unless one is under way, which is then followed by another. */
	void make() {
		// Once closed nothing is granted; the shutdown sends all away who are in line.
		if (this.engine.closed() || !this.state.beginAttempt()) {
			return;
		}
		if (revocable()) {
			this.engine.queue().ensureActive();
		}
		long sentAt = this.engine.ticker().nanos();
		AcquireCommand attempt = command();
		CompletionStage<AcquireResult> answer = this.engine.calls().send(() -> this.engine.backend().acquire(attempt));
		answer.whenComplete((result, failure) -> onAnswer(sentAt, result, failure));
	}

	/** The command of an attempt that has begun: the same for all of them. */
	AcquireCommand command() {
		this.next.cancel();
		this.answers.asked();
		return new AcquireCommand(this.terms.key(), this.acquisition.owner(), this.engine.instance(),
				this.terms.firstLease(), !this.terms.triesOnce(),
				(this.terms.triesOnce() || this.terms.alone()) ? 1 : this.engine.handOver().tokens(), revocable(),
				this.terms.request().maxHolders());
	}

	/** Whether others that want what it gets have to tell: it may be kept. */
	private boolean revocable() {
		return this.engine.handOver().revocable() && !this.terms.alone();
	}

	/** The store answered an attempt. */
	void onAnswer(long sentAt, @Nullable AcquireResult result, @Nullable Throwable failure) {
		if (result instanceof AcquireResult.Acquired acquired) {
			onAcquired(sentAt, acquired);
		}
		else if (result instanceof AcquireResult.Denied denied) {
			onDenied(sentAt, denied);
		}
		else {
			onFailed((failure != null) ? failure : new IllegalStateException("it answered nothing"));
		}
	}

	private void onAcquired(long sentAt, AcquireResult.Acquired acquired) {
		this.answers.answered();
		long validUntil = Hold.validUntil(sentAt, this.terms.firstLease());
		Next next = this.state.granted(validUntil - this.engine.ticker().nanos() > 0);
		if (next == Next.USE) {
			// Not before: a late answer must not take the place of the grant that is
			// held.
			StoreGrant grant = new StoreGrant(this.acquisition, this.engine.ticker(), acquired,
					/* toBeClaimed= */ null);
			Hold hold = this.acquisition.hold(grant, validUntil);
			this.acquisition.complete(this.engine.granted(this.acquisition, hold));
		}
		else if (next == Next.ATTEMPT) {
			// The answer took longer than the lease. Asking again with the same owner id
			// gives a fresh lease, whether the old one has ended in the store or not.
			make();
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
	void onGrant(WaitQueue.Grant granted) {
		Duration lease = granted.lease();
		Denial denial = this.state.denial();
		long validUntil = (denial != null) ? Hold.validUntil(denial.sentAt(), lease) : 0;
		boolean usable = denial != null && granted.acquired().token() > denial.token() && validUntil
				- this.engine.ticker().nanos() > Math.max(lease.toNanos() / 4, this.terms.holdAtLeast().toNanos());
		Next next = this.state.grantedFromQueue(usable);
		if (next == Next.ATTEMPT) {
			make();
		}
		if (next != Next.USE) {
			return;
		}
		this.next.cancel();
		boolean claims = lease.compareTo(this.terms.firstLease()) < 0;
		StoreGrant grant = new StoreGrant(this.acquisition, this.engine.ticker(), granted.acquired(),
				claims ? lease : null);
		Hold hold = this.acquisition.hold(grant, validUntil);
		this.acquisition.complete(this.engine.granted(this.acquisition, hold));
		if (claims) {
			new GrantClaim(this.engine, grant).start();
		}
	}

	private void onDenied(long sentAt, AcquireResult.Denied denied) {
		this.answers.answered();
		if (!this.terms.triesOnce()) {
			// Before the transition: what it signals at once is then remembered by it.
			this.engine.queue().ensureActive();
		}
		Next next = this.state.denied(denied, sentAt, !this.terms.triesOnce() && this.engine.queue().source() != null);
		if (next != Next.ATTEMPT && next != Next.PAUSE) {
			undo(next);
			return;
		}
		if (this.terms.triesOnce()) {
			this.acquisition.giveUp(this.acquisition.timeout());
			return;
		}
		this.acquisition.beginWaiting();
		if (next == Next.ATTEMPT) {
			make();
		}
		else {
			this.next.afterDenial(denied.holder());
		}
	}

	private void onFailed(Throwable failure) {
		LockBackendException cause = this.engine.calls().failure(failure);
		this.answers.failed(cause);
		Next next = this.state.failed();
		if (next != Next.PAUSE) {
			undo(next);
		}
		else if (this.terms.triesOnce() || !cause.isRetryable()) {
			this.acquisition.giveUp(this.acquisition.storeTrouble(cause));
		}
		else {
			this.acquisition.beginWaiting();
			this.next.afterFailure();
		}
	}

	/** The caller has given up, or the line sends it away. */
	void end() {
		this.next.cancel();
		if (this.state.isKnownToStore()) {
			giveBack();
		}
	}

	private void undo(Next next) {
		Acquisition first = this.engine.lines().first(this.acquisition.line());
		boolean inUse = first != null && (first == this.acquisition || first.holdsBy(this.acquisition.owner()));
		if (next == Next.GIVE_BACK || (next == Next.GIVE_BACK_IF_RELEASED && !inUse)) {
			giveBack();
		}
	}

	private void giveBack() {
		this.engine.orphans().giveBack(this.terms.key(), this.acquisition.owner(), this.terms.firstLease());
	}

}
