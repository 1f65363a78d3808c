package dev.distributedlock.observation;

import dev.distributedlock.LockException;
import dev.distributedlock.LockInterruptedException;
import dev.distributedlock.LockShutdownException;
import dev.distributedlock.LockTimeoutException;

/**
 * How an acquisition ended: the values of the tag {@code outcome}, in lower case.
 */
enum AcquireOutcome {

	/** The lock was granted. */
	ACQUIRED,

	/** Somebody else held the lock for the whole wait time. */
	TIMEOUT,

	/** The waiting thread was interrupted. */
	INTERRUPTED,

	/** The store failed, or the acquisition was refused. */
	ERROR,

	/** The registry was closed. */
	SHUTDOWN,

	/** The condition of the lock was false: the method ran without it. */
	BYPASSED;

	static AcquireOutcome of(LockException failure) {
		if (failure instanceof LockTimeoutException) {
			return TIMEOUT;
		}
		if (failure instanceof LockInterruptedException) {
			return INTERRUPTED;
		}
		return (failure instanceof LockShutdownException) ? SHUTDOWN : ERROR;
	}

}
