package dev.distributedlock.core;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.distributedlock.LockBackendException;
import dev.distributedlock.LockHolder;
import dev.distributedlock.LockKey;
import dev.distributedlock.LockOptions;
import dev.distributedlock.LockRequest;
import dev.distributedlock.LockTimeoutException;
import dev.distributedlock.backend.AcquireCommand;
import dev.distributedlock.backend.AcquireResult;
import dev.distributedlock.core.Outcome.Granted;
import dev.distributedlock.core.Outcome.Refused;
import org.jspecify.annotations.Nullable;

/**
 * One caller's way to a lock: a place in this JVM's line and, once first, attempts at the
 * store until one is granted or the caller gives up.
 */
// States, all changes under 'guard':
//
// ...IN LINE ---first---> ATTEMPTING ---granted---> FINISHED
// ..........................|....^..................(grant)
// ...................denied |....| signal, poll
// ...................failed v....|
// .........................PAUSED
//
// From every state the caller can give up (time-out, interrupt, cancel, shutdown), which
// is FINISHED as well. The grant and the giving up exclude each other by 'finished'.
//
// What is never left behind: an attempt that is under way when the caller gives up, or
// whose answer was lost ('unknown'), may have locked. Its owner id is then released in
// the
// background. Attempts repeat with the same owner id, which stores treat as one.
//
// Nobody runs foreign code while holding 'guard': commands are sent and futures completed
// outside of it. A signal that comes during an attempt is remembered in 'signalled', so
// that a release between "denied" and the pause is not missed.
final class Acquisition {

	private final Engine engine;

	private final LockRequest request;

	private final Duration leaseTime;

	private final boolean renewed;

	private final boolean once;

	private final Duration waitTime;

	private final Deadline deadline;

	private final @Nullable Thread thread;

	private final String owner;

	private final long startedAt;

	private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();

	private final Backoff backoff;

	private final ReentrantLock guard = new ReentrantLock();

	@GuardedBy("guard")
	private boolean finished;

	@GuardedBy("guard")
	private boolean attempting;

	@GuardedBy("guard")
	private boolean signalled;

	@GuardedBy("guard")
	private boolean unknown;

	@GuardedBy("guard")
	private boolean paused;

	@GuardedBy("guard")
	private Scheduler.Task nextAttempt = Scheduler.Task.NONE;

	@GuardedBy("guard")
	private @Nullable LockHolder holder;

	// Read by those behind in the line when their time is up.
	private volatile @Nullable Throwable trouble;

	private volatile boolean answered;

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
		this.leaseTime = Objects.requireNonNull(options.leaseTime());
		this.renewed = Objects.requireNonNull(options.renew());
		this.waitTime = Objects.requireNonNull(options.waitTime());
		this.once = this.waitTime.isZero();
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

	/** Whether it has to wait, because it is not the first or was denied. */
	boolean isWaiting() {
		this.guard.lock();
		try {
			return this.paused && !this.finished;
		}
		finally {
			this.guard.unlock();
		}
	}

	/** Join the line and, if first, make the first attempt. */
	void start() {
		boolean first = this.engine.lines().join(key(), this);
		if (this.engine.closed()) {
			// Checked after joining: a shutdown sees either this member or never a grant.
			giveUp(this.engine.closedRefusal());
		}
		else if (first) {
			attempt();
		}
		else if (this.once) {
			giveUp(timeout());
		}
		else {
			pause();
		}
	}

	/** Make an attempt now: first in the line, signalled, or time to poll. */
	void attempt() {
		this.guard.lock();
		try {
			if (this.finished || this.attempting) {
				this.signalled = true;
				return;
			}
			this.attempting = true;
			this.signalled = false;
			this.nextAttempt.cancel();
		}
		finally {
			this.guard.unlock();
		}
		long sentAt = this.engine.ticker().nanos();
		AcquireCommand command = new AcquireCommand(key(), this.owner, this.engine.instance(), this.leaseTime,
				!this.once);
		CompletionStage<AcquireResult> answer = this.engine.safely(() -> this.engine.backend().acquire(command));
		answer.whenComplete((result, failure) -> {
			if (result instanceof AcquireResult.Acquired acquired) {
				onAcquired(sentAt, acquired.token());
			}
			else if (result instanceof AcquireResult.Denied denied) {
				onDenied(denied.holder());
			}
			else {
				onFailed(Objects.requireNonNull(failure));
			}
		});
	}

	private void onAcquired(long sentAt, long token) {
		Hold hold = new Hold(this.engine.ticker(), this.request, this.owner, token, this.thread, sentAt, this.leaseTime,
				this.renewed);
		boolean valid = hold.valid();
		boolean tooLate;
		this.guard.lock();
		try {
			this.attempting = false;
			this.unknown = false;
			tooLate = this.finished;
			this.finished = tooLate || valid;
		}
		finally {
			this.guard.unlock();
		}
		if (tooLate) {
			this.engine.orphans().giveBack(key(), this.owner, this.leaseTime);
		}
		else if (valid) {
			this.outcome.complete(new Granted(this.engine.granted(this, hold)));
		}
		else {
			// The answer took longer than the lease. Asking again with the same owner id
			// gives a fresh lease, whether the old one has ended in the store or not.
			attempt();
		}
	}

	private void onDenied(@Nullable LockHolder holder) {
		if (!this.once) {
			this.engine.signals().ensureActive();
		}
		this.answered = true;
		this.trouble = null;
		boolean again;
		this.guard.lock();
		try {
			this.attempting = false;
			this.unknown = false;
			this.holder = holder;
			again = this.signalled;
			if (!this.finished && !this.once && !again) {
				scheduleAttempt(this.backoff.afterDenial(holder));
			}
		}
		finally {
			this.guard.unlock();
		}
		if (this.once) {
			giveUp(timeout());
		}
		else {
			pause();
			if (again) {
				attempt();
			}
		}
	}

	private void onFailed(Throwable failure) {
		LockBackendException cause = this.engine.asBackendException(failure);
		this.trouble = cause;
		boolean over;
		boolean tooLate;
		this.guard.lock();
		try {
			this.attempting = false;
			this.unknown = true;
			tooLate = this.finished;
			over = this.once || !cause.isRetryable();
			if (!tooLate && !over) {
				scheduleAttempt(this.backoff.afterFailure());
			}
		}
		finally {
			this.guard.unlock();
		}
		if (tooLate) {
			this.engine.orphans().giveBack(key(), this.owner, this.leaseTime);
		}
		else if (over) {
			giveUp(storeTrouble(cause));
		}
		else {
			pause();
		}
	}

	@GuardedBy("guard")
	private void scheduleAttempt(long delayNanos) {
		// Never sleep through the rest of the budget: look again when half of it is over.
		long delay = Math.min(delayNanos, Math.max(this.deadline.remaining() / 2, Backoff.SHORTEST));
		this.nextAttempt = this.engine.scheduler().after(delay, this::attempt);
	}

	private void pause() {
		boolean first;
		this.guard.lock();
		try {
			first = !this.paused && !this.finished;
			this.paused = true;
		}
		finally {
			this.guard.unlock();
		}
		if (first) {
			this.engine.listeners().tell((listener) -> listener.waitStarted(this.request));
			onOutcome((ended) -> this.engine.listeners().tell((listener) -> listener.waitEnded(this.request)));
		}
	}

	/** End without a grant, unless there is one already. */
	void giveUp(Refused reason) {
		boolean orphaned;
		this.guard.lock();
		try {
			if (this.finished) {
				return;
			}
			this.finished = true;
			this.nextAttempt.cancel();
			// While an attempt is under way its answer decides whether there is an
			// orphan.
			orphaned = this.unknown && !this.attempting;
		}
		finally {
			this.guard.unlock();
		}
		if (orphaned) {
			this.engine.orphans().giveBack(key(), this.owner, this.leaseTime);
		}
		this.engine.leave(this);
		this.outcome.complete(reason);
	}

	/** The refusal of a caller whose time is up. */
	Refused timeout() {
		Acquisition first = this.engine.lines().first(key());
		Acquisition asking = (first != null) ? first : this;
		Throwable cause = asking.trouble;
		if (cause != null) {
			return storeTrouble(cause);
		}
		if (asking == this && !this.answered) {
			return storeTrouble(null);
		}
		return new Refused(/* busy= */ true, this::timeoutException);
	}

	private LockTimeoutException timeoutException() {
		LockHolder holder;
		this.guard.lock();
		try {
			holder = this.holder;
		}
		finally {
			this.guard.unlock();
		}
		return new LockTimeoutException("Lock '" + key() + "' not acquired "
				+ (this.once ? "at once" : "within " + Texts.duration(this.waitTime)) + " (backend "
				+ this.engine.backend().name() + Texts.heldBy(holder) + ")");
	}

	private Refused storeTrouble(@Nullable Throwable cause) {
		boolean retryable = !(cause instanceof LockBackendException known) || known.isRetryable();
		return new Refused(/* busy= */ false,
				() -> new LockBackendException(
						"Lock '" + key() + "' not acquired: the store '" + this.engine.backend().name() + "' "
								+ ((cause != null) ? "failed: " + cause.getMessage() : "did not answer") + " (waited "
								+ Texts.duration(waited()) + ")",
						cause, retryable));
	}

}
