package dev.distributedlock.core;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.distributedlock.LockHolder;
import dev.distributedlock.backend.AcquireResult.Denied;
import org.jspecify.annotations.Nullable;

/**
 * Where an {@link Acquisition} stands. Each method is one atomic transition; it returns
 * what is to be done next, and the caller does it afterwards.
 */
// ...IN LINE ---first---> ATTEMPTING ---granted---> GRANTED
// ..........................|....^....................^
// ...................denied |....| signal, poll.......| granted from the queue,
// ...................failed v....|....................| handed on
// .........................PAUSED --------------------+
//
// From every state the caller can give up (time-out, interrupt, cancel, shutdown):
// GAVE_UP.
// GRANTED and GAVE_UP exclude each other, and the first of them stays. A grant can also
// come from the queue during an attempt, whose answer then says nothing new.
//
// 'signalled' remembers a signal that comes during an attempt, so that a release between
// "denied" and the pause is not missed. 'unknown' remembers that the last answer was
// lost: the attempt may have locked. 'loose' remembers that of any answer, and a grant
// from the queue during an attempt: the attempt may come to the store after the release.
// 'enlisted' remembers a place in the store's queue.
final class AcquisitionState {

	@GuardedBy("this")
	private End end = End.OPEN;

	@GuardedBy("this")
	private boolean attempting;

	@GuardedBy("this")
	private boolean signalled;

	@GuardedBy("this")
	private boolean unknown;

	@GuardedBy("this")
	private boolean loose;

	@GuardedBy("this")
	private boolean enlisted;

	@GuardedBy("this")
	private boolean waiting;

	@GuardedBy("this")
	private @Nullable LockHolder holder;

	@GuardedBy("this")
	private @Nullable Denial denial;

	/** Begin an attempt, unless one is under way, which is then followed by another. */
	synchronized boolean beginAttempt() {
		if (this.end != End.OPEN || this.attempting) {
			this.signalled = true;
			return false;
		}
		this.attempting = true;
		this.signalled = false;
		return true;
	}

	/** The store granted the lock; is the lease of use still? */
	synchronized Next granted(boolean valid) {
		this.attempting = false;
		// One that is over by this clock may still be held in the store.
		this.unknown = !valid;
		if (this.end != End.OPEN) {
			return undoIfGivenUp();
		}
		if (valid) {
			this.end = End.GRANTED;
		}
		return valid ? Next.USE : Next.ATTEMPT;
	}

	/** The store granted the lock to the first of its queue; is the lease of use? */
	synchronized Next grantedFromQueue(boolean usable) {
		if (this.end != End.OPEN) {
			return Next.NOTHING;
		}
		if (usable) {
			this.end = End.GRANTED;
			this.loose |= this.attempting;
			return Next.USE;
		}
		this.signalled = true;
		return this.attempting ? Next.NOTHING : Next.ATTEMPT;
	}

	/** Somebody else holds the lock. */
	synchronized Next denied(Denied denied, long sentAt, boolean enlisted) {
		this.attempting = false;
		this.unknown = false;
		this.enlisted = enlisted;
		this.holder = denied.holder();
		this.denial = new Denial(sentAt, denied.lastToken());
		if (this.end != End.OPEN) {
			return enlisted ? undoIfGivenUp() : Next.NOTHING;
		}
		return this.signalled ? Next.ATTEMPT : Next.PAUSE;
	}

	/** The store did not answer, or failed. */
	synchronized Next failed() {
		this.attempting = false;
		this.unknown = true;
		this.loose = true;
		return (this.end != End.OPEN) ? undoIfGivenUp() : Next.PAUSE;
	}

	@GuardedBy("this")
	private Next undoIfGivenUp() {
		return (this.end == End.GAVE_UP) ? Next.GIVE_BACK : Next.GIVE_BACK_IF_RELEASED;
	}

	/** The holder before hands its grant on; {@code false} if nobody waits here. */
	synchronized boolean takeOver() {
		return end(End.GRANTED);
	}

	/** The caller gives up; {@code false} if it is over already. */
	synchronized boolean giveUp() {
		return end(End.GAVE_UP);
	}

	@GuardedBy("this")
	private boolean end(End end) {
		boolean now = this.end == End.OPEN;
		if (now) {
			this.end = end;
		}
		return now;
	}

	/**
	 * Whether the store may know of an acquisition that was given up. While an attempt is
	 * under way its answer tells.
	 */
	synchronized boolean isKnownToStore() {
		return (this.unknown || this.enlisted) && !this.attempting;
	}

	/** Whether an attempt may reach the store later than its answer was waited for. */
	synchronized boolean hasLooseAttempts() {
		return this.loose;
	}

	/** The caller has to wait; {@code true} the first time. */
	synchronized boolean beginWaiting() {
		boolean first = !this.waiting && this.end == End.OPEN;
		this.waiting = true;
		return first;
	}

	synchronized boolean isWaiting() {
		return this.waiting && this.end == End.OPEN;
	}

	synchronized boolean isFinished() {
		return this.end != End.OPEN;
	}

	synchronized boolean isGivenUp() {
		return this.end == End.GAVE_UP;
	}

	/** Who held the lock when it was last denied. */
	synchronized @Nullable LockHolder holder() {
		return this.holder;
	}

	/** The last denial. */
	synchronized @Nullable Denial denial() {
		return this.denial;
	}

	/** What is to be done after an answer of the store. */
	enum Next {

		/** The lock is granted. */
		USE,

		/** Nobody waits for it any more: undo what the attempt may have done. */
		GIVE_BACK,

		/** Granted already: undo what the attempt may have done after the release. */
		GIVE_BACK_IF_RELEASED,

		/** Make the next attempt now. */
		ATTEMPT,

		/** Make the next attempt later. */
		PAUSE,

		/** It is over. */
		NOTHING

	}

	/**
	 * What a denial proves: a grant with a larger token was made after the attempt that
	 * was denied had been sent.
	 *
	 * @param sentAt the reading of the clock before the attempt was sent
	 * @param token the last token that the store had given then
	 */
	record Denial(long sentAt, long token) {
	}

	private enum End {

		OPEN, GRANTED, GAVE_UP

	}

}
