package dev.distributedlock.core;

import java.util.function.Supplier;

import dev.distributedlock.LockException;

/**
 * How an acquisition ended.
 */
sealed interface Outcome {

	/**
	 * Granted.
	 *
	 * @param lease the first lease of the grant
	 */
	record Granted(HeldLease lease) implements Outcome {
	}

	/**
	 * Not granted. The exception is made by the thread that throws it, so that its stack
	 * trace shows the caller and not a thread of the client library.
	 *
	 * @param busy whether the reason is that somebody else holds the lock
	 * @param exception makes the exception
	 */
	record Refused(boolean busy, Supplier<LockException> exception) implements Outcome {
	}

}
