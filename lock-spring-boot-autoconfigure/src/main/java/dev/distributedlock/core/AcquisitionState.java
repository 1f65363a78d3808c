package dev.distributedlock.core;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.distributedlock.LockHolder;
import org.jspecify.annotations.Nullable;

/**
 * Where an {@link Acquisition} stands. Each method is one atomic transition; it returns
 * what is to be done next, and the caller does it afterwards.
 */
// ...IN LINE ---first---> ATTEMPTING ---granted---> FINISHED
// ..........................|....^..................(grant)
// ...................denied |....| signal, poll
// ...................failed v....|
// .........................PAUSED
//
// From every state but ATTEMPTING the holder before may hand its grant on, and from every
// state the caller can give up (time-out, interrupt, cancel, shutdown): both are FINISHED
// as well. A grant and a giving up exclude each other by 'finished'.
//
// 'signalled' remembers a signal that comes during an attempt, so that a release between
// "denied" and the pause is not missed. 'unknown' remembers that the last answer was
// lost: the attempt may have locked. 'everFailed' remembers that of any answer: the
// attempt may be on its way still.
final class AcquisitionState {

	/** What is to be done after an answer of the store. */
	enum Next {

		/** The lock is granted. */
		USE,

		/** Nobody waits for it any more: undo what the attempt may have done. */
		GIVE_BACK,

		/** Make the next attempt now. */
		ATTEMPT,

		/** Make the next attempt later. */
		PAUSE,

		/** It is over. */
		NOTHING

	}

	@GuardedBy("this")
	private boolean finished;

	@GuardedBy("this")
	private boolean attempting;

	@GuardedBy("this")
	private boolean signalled;

	@GuardedBy("this")
	private boolean unknown;

	@GuardedBy("this")
	private boolean everFailed;

	@GuardedBy("this")
	private boolean waiting;

	@GuardedBy("this")
	private @Nullable LockHolder holder;

	/** Begin an attempt, unless one is under way, which is then followed by another. */
	synchronized boolean beginAttempt() {
		if (this.finished || this.attempting) {
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
		if (this.finished) {
			return Next.GIVE_BACK;
		}
		this.finished = valid;
		return valid ? Next.USE : Next.ATTEMPT;
	}

	/** Somebody else holds the lock. */
	synchronized Next denied(@Nullable LockHolder holder) {
		this.attempting = false;
		this.unknown = false;
		this.holder = holder;
		if (this.finished) {
			return Next.NOTHING;
		}
		return this.signalled ? Next.ATTEMPT : Next.PAUSE;
	}

	/** The store did not answer, or failed. */
	synchronized Next failed() {
		this.attempting = false;
		this.unknown = true;
		this.everFailed = true;
		return this.finished ? Next.GIVE_BACK : Next.PAUSE;
	}

	/** The holder before hands its grant on; {@code false} if nobody waits here. */
	synchronized boolean takeOver() {
		return giveUp();
	}

	/** The caller gives up; {@code false} if it is over already. */
	synchronized boolean giveUp() {
		boolean now = !this.finished;
		this.finished = true;
		return now;
	}

	/**
	 * Whether an attempt may have locked although nobody knows. While one is under way
	 * its answer tells.
	 */
	synchronized boolean isUnknown() {
		return this.unknown && !this.attempting;
	}

	/** Whether an attempt may reach the store later than its answer was waited for. */
	synchronized boolean hasLooseAttempts() {
		return this.everFailed;
	}

	/** The caller has to wait; {@code true} the first time. */
	synchronized boolean beginWaiting() {
		boolean first = !this.waiting && !this.finished;
		this.waiting = true;
		return first;
	}

	synchronized boolean isWaiting() {
		return this.waiting && !this.finished;
	}

	synchronized boolean isFinished() {
		return this.finished;
	}

	/** Who held the lock when it was last denied. */
	synchronized @Nullable LockHolder holder() {
		return this.holder;
	}

}
