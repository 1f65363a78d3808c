package dev.distributedlock.core;

import java.time.Duration;

import dev.distributedlock.LockBackendException;
import dev.distributedlock.LockDeadlockException;
import dev.distributedlock.LockHolder;
import dev.distributedlock.LockInterruptedException;
import dev.distributedlock.LockRequest;
import dev.distributedlock.LockShutdownException;
import dev.distributedlock.LockTimeoutException;
import dev.distributedlock.backend.LockBackend;
import dev.distributedlock.core.Outcome.Refused;
import org.jspecify.annotations.Nullable;

/**
 * Why acquisitions end without a grant, in words.
 */
final class Refusals {

	private Refusals() {
	}

	/** Somebody else held the lock for the whole time. */
	static Refused busy(LockRequest request, Duration waitTime, String backend, @Nullable LockHolder holder) {
		String tried = waitTime.isZero() ? "at once" : "within " + Texts.duration(waitTime);
		return new Refused(/* busy= */ true, () -> new LockTimeoutException("Lock '" + request.key() + "' not acquired "
				+ tried + " (backend " + backend + Texts.heldBy(holder) + ")", request.name(), waitTime, holder));
	}

	/** The lock was granted, and over before the paused caller could run. */
	static Refused expired(LockRequest request) {
		return new Refused(/* busy= */ true,
				() -> new LockTimeoutException("Lock '" + request.key()
						+ "' was granted, but its lease had passed before the caller could run; it was given back",
						request.name(), null, null));
	}

	/** The store failed, or ({@code null}) did not answer. */
	static Refused storeTrouble(LockRequest request, Duration waited, String backend, @Nullable Throwable cause) {
		boolean retryable = !(cause instanceof LockBackendException known) || known.isRetryable();
		String what = (cause != null) ? "failed: " + cause.getMessage() : "did not answer";
		return new Refused(/* busy= */ false,
				() -> new LockBackendException("Lock '" + request.key() + "' not acquired: the store '" + backend + "' "
						+ what + " (waited " + Texts.duration(waited) + ")", cause, retryable, request.name()));
	}

	/** The caller was interrupted, or cancelled its future. */
	static Refused interrupted(LockRequest request) {
		return new Refused(/* busy= */ false,
				() -> new LockInterruptedException(
						"Interrupted while waiting for lock '" + request.key() + "'; it was not acquired", null,
						request.name()));
	}

	/** The caller shares a lock that it wants more of now. */
	static LockDeadlockException upgrade(LockRequest request) {
		return new LockDeadlockException("Lock '" + request.key() + "' is shared by this caller, which now wants it "
				+ ((request.maxHolders() == 1) ? "alone" : "with at most " + request.maxHolders() + " holders")
				+ ": it would wait for itself. Acquire it that way from the start, or let go of the shared lock before");
	}

	static UnsupportedOperationException unsupported(LockRequest request, LockBackend backend, String what) {
		return new UnsupportedOperationException("Lock '" + request.name() + "' is " + what + ", which the store '"
				+ backend.name() + "' does not have: use a store that has, such as redis");
	}

	/** The registry grants nothing any more. */
	static Refused closed(String instance) {
		return new Refused(/* busy= */ false,
				() -> new LockShutdownException("The lock registry of '" + instance + "' is closed"));
	}

}
