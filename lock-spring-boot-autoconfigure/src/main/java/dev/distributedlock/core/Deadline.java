package dev.distributedlock.core;

import java.time.Duration;

import dev.distributedlock.backend.Ticker;

/**
 * The moment at which a budget of time is used up. Made once and handed down; whoever
 * needs a duration asks for what remains.
 *
 * @param ticker the clock
 * @param at the reading of the clock at the deadline
 */
record Deadline(Ticker ticker, long at) {

	// Half of the range of a long, so that differences of two readings never overflow.
	private static final long FOREVER = Long.MAX_VALUE / 2;

	static Deadline after(Ticker ticker, Duration budget) {
		return new Deadline(ticker, ticker.nanos() + nanos(budget));
	}

	/** The time until the deadline in nanoseconds, zero once it has passed. */
	long remaining() {
		return Math.max(0, this.at - this.ticker.nanos());
	}

	/** A duration in nanoseconds, capped at about 146 years. */
	static long nanos(Duration duration) {
		return (duration.compareTo(Duration.ofNanos(FOREVER)) < 0) ? duration.toNanos() : FOREVER;
	}

}
