package dev.distributedlock.interceptor;

import java.time.Duration;
import java.util.Objects;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import dev.distributedlock.LockRequest;
import dev.distributedlock.LockSettings;

/**
 * The time that a call with several locks has for all of them. The wait time of each lock
 * counts from the beginning of the call, so that the call waits no longer than the
 * longest of them; what comes when a wait time is over is tried once.
 */
public final class LockBudget {

	/** Gives each lock its own wait time from when its turn comes. */
	static final LockBudget UNLIMITED = new LockBudget();

	private final Supplier<LockSettings> settings;

	private final LongSupplier nanos;

	private final boolean limited;

	private LockBudget() {
		this.settings = () -> {
			throw new IllegalStateException("Not limited");
		};
		this.nanos = () -> 0;
		this.limited = false;
	}

	/**
	 * Create a budget.
	 * @param settings what wait times are configured; asked by the first call
	 * @param nanos a monotonic clock
	 */
	public LockBudget(Supplier<LockSettings> settings, LongSupplier nanos) {
		this.settings = settings;
		this.nanos = nanos;
		this.limited = true;
	}

	/** Start the time of a call. */
	Running start() {
		return new Running(this.nanos.getAsLong());
	}

	/** The time of one call. */
	final class Running {

		private final long start;

		private Running(long start) {
			this.start = start;
		}

		/** Limit a request to what is left for it. */
		LockRequest limit(LockRequest request) {
			LockBudget budget = LockBudget.this;
			if (!budget.limited) {
				return request;
			}
			Duration waitTime = Objects
				.requireNonNull(budget.settings.get().resolve(request.name(), request.options()).waitTime());
			Duration left = waitTime.minusNanos(budget.nanos.getAsLong() - this.start);
			return request.within((left.isNegative()) ? Duration.ZERO : left);
		}

	}

}
