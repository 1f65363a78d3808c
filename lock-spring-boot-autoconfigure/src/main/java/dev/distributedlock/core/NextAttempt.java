package dev.distributedlock.core;

import java.util.concurrent.atomic.AtomicReference;

import dev.distributedlock.LockHolder;
import org.jspecify.annotations.Nullable;

/**
 * The timer of an acquisition that waits: when it attempts again, unless it is called
 * before.
 */
final class NextAttempt {

	private final Engine engine;

	private final Deadline deadline;

	private final AcquisitionState state;

	private final Runnable attempt;

	private final Backoff backoff;

	private final AtomicReference<Scheduler.Task> timer = new AtomicReference<>(Scheduler.Task.NONE);

	/**
	 * Create a timer.
	 * @param attempt what to do
	 */
	NextAttempt(Engine engine, Deadline deadline, AcquisitionState state, Runnable attempt) {
		this.engine = engine;
		this.deadline = deadline;
		this.state = state;
		this.attempt = attempt;
		this.backoff = new Backoff(engine.queue().source() != null);
	}

	void afterDenial(@Nullable LockHolder holder) {
		after(this.backoff.afterDenial(holder));
	}

	void afterFailure() {
		after(this.backoff.afterFailure());
	}

	private void after(long delayNanos) {
		// Never sleep through the rest of the budget: look again when half of it is over.
		long delay = Math.min(delayNanos, Math.max(this.deadline.remaining() / 2, Backoff.SHORTEST));
		this.timer.getAndSet(this.engine.scheduler().after(delay, this.attempt)).cancel();
		if (this.state.isFinished()) {
			cancel();
		}
	}

	void cancel() {
		this.timer.getAndSet(Scheduler.Task.NONE).cancel();
	}

}
