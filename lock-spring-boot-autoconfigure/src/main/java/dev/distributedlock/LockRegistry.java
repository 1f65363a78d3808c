package dev.distributedlock;

import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Grants distributed locks.
 * <p>
 * Acquisition is re-entrant in a call context: a thread that already holds a key gets a
 * nested lease with the same token and without asking the store. The lock is released
 * when the last lease of the grant is closed.
 * <p>
 * Threads of one instance that want the same key stand in one line, first come first
 * served, and only the first of them asks the store. Between instances, who comes first
 * is not defined.
 *
 * A lock is released when its caller closes the lease, whether or not a transaction is
 * active. Who acquires in a transaction closes after its completion, or uses
 * {@link LockOperations}. A transaction that is about to commit on a thread whose
 * {@link LockContext} has a lost lease is rolled back.
 *
 * <pre>{@code
 * try (LockLease lease = locks.acquire(LockRequest.of("orders", order.id()))) {
 *     ...
 * }
 * }</pre>
 */
public interface LockRegistry {

	/**
	 * Acquire a lock, waiting for it up to the wait time.
	 * @param request what to lock
	 * @return the lease, to be closed by the caller
	 * @throws LockTimeoutException if somebody else held the lock for the whole time
	 * @throws LockInterruptedException if the thread was interrupted before or while
	 * waiting; its interrupt flag stays set and nothing stays locked
	 * @throws LockBackendException if the store failed or did not answer in that time;
	 * nothing stays locked longer than the lease time
	 * @throws LockShutdownException if the registry is or was closed
	 * @throws LockDeadlockException if the caller shares the lock and wants more of it
	 * @throws UnsupportedOperationException if the store cannot do what is asked for
	 */
	LockLease acquire(LockRequest request);

	/**
	 * Acquire a lock, waiting for it up to the wait time, and take it for an answer that
	 * somebody else has it.
	 * @param request what to lock
	 * @return the lease, or empty if somebody else held the lock for the whole time
	 * @throws LockInterruptedException as for {@link #acquire}
	 * @throws LockBackendException as for {@link #acquire}
	 * @throws LockShutdownException as for {@link #acquire}
	 * @throws LockDeadlockException as for {@link #acquire}
	 */
	Optional<LockLease> tryAcquire(LockRequest request);

	/**
	 * Acquire a lock without blocking a thread. Cancelling the returned future ends the
	 * wait; a grant that comes too late is given back.
	 * <p>
	 * The lease is not bound to a thread: it is renewed until it is closed, and it is no
	 * part of any thread's {@link LockContext} unless
	 * {@linkplain LockContext#attach(LockLease) attached}.
	 * @param request what to lock
	 * @return a stage that completes with the lease, or with the exceptions of
	 * {@link #acquire}
	 */
	CompletionStage<LockLease> acquireAsync(LockRequest request);

	/**
	 * Check that the store can do what a request asks for: to let several hold a lock, to
	 * be fair. All acquisitions do; this is for those who want to know before.
	 * @param request what to lock; its key does not matter
	 * @throws UnsupportedOperationException if it cannot, with what is missing
	 */
	default void requireSupport(LockRequest request) {
	}

}
