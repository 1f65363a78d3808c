package dev.distributedlock.core;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

import dev.distributedlock.LockHolder;
import org.jspecify.annotations.Nullable;

/**
 * How long one acquisition pauses between two attempts. Pauses are jittered, so that
 * instances that were denied together do not come back together.
 */
final class Backoff {

	/** The shortest pause, in nanoseconds. */
	static final long SHORTEST = TimeUnit.MILLISECONDS.toNanos(5);

	private static final long LONGEST = TimeUnit.SECONDS.toNanos(1);

	private final boolean signals;

	private long next = 2 * SHORTEST;

	/**
	 * Create a backoff.
	 * @param signals whether the store tells of releases, so that polling is but the
	 * safety net for a signal that gets lost
	 */
	Backoff(boolean signals) {
		this.signals = signals;
	}

	/** The pause after a denial, in nanoseconds. */
	long afterDenial(@Nullable LockHolder holder) {
		long pause = jittered(this.signals ? LONGEST : doubled());
		// A holder that crashed leaves a lease that ends by itself: be there when it
		// does.
		long leaseEnds = (holder != null) ? holder.remaining().toNanos() + jittered(2 * SHORTEST) : Long.MAX_VALUE;
		return Math.min(pause, leaseEnds);
	}

	/** The pause after a failure, in nanoseconds. */
	long afterFailure() {
		return jittered(doubled());
	}

	private long doubled() {
		long current = this.next;
		this.next = Math.min(2 * current, LONGEST);
		return current;
	}

	private static long jittered(long pause) {
		return pause - ThreadLocalRandom.current().nextLong(pause / 2);
	}

}
