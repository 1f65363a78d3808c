package dev.distributedlock.backend;

import java.time.Duration;
import java.util.concurrent.CompletionStage;

import dev.distributedlock.LockBackendException;
import dev.distributedlock.LockKey;

/**
 * A store that can hold locks. The engine in {@code core} makes a lock of it: it waits,
 * queues, renews, counts re-entries and notices losses, the same for every store.
 * <p>
 * <strong>Contract.</strong> No method waits for a lock to become free, and none blocks
 * the calling thread on I/O. Every method is safe to repeat with the same owner: an
 * answer may get lost after the store did its work. A returned stage always completes; it
 * fails with {@link LockBackendException}, also for what the client library throws, and
 * then the outcome is unknown. Implementations are thread-safe.
 * <p>
 * A lock that is held expires by the store's own clock when its lease has passed since
 * the last grant or renewal. A store may implement {@link WaitQueue},
 * {@link BatchRenewals}, {@link HolderLookup} and {@link BackendProbe} beside this.
 */
public interface LockBackend {

	/**
	 * Return the name of this kind of store, as in {@code distributed-lock.backend}.
	 * @return the name, constant and lower case
	 */
	String name();

	/**
	 * Try once to acquire a lock. If the owner holds it already, the same grant is
	 * returned again with a fresh lease.
	 * @param command what to acquire
	 * @return {@link AcquireResult.Acquired} or {@link AcquireResult.Denied}
	 */
	CompletionStage<AcquireResult> acquire(AcquireCommand command);

	/**
	 * Make a lock last for at least a lease time from now; never shortens it.
	 * @param key the lock
	 * @param owner who must hold it
	 * @param lease the lease time
	 * @return {@code false} if the owner does not hold the lock (any more)
	 */
	CompletionStage<Boolean> renew(LockKey key, String owner, Duration lease);

	/**
	 * Release a lock, and leave nothing of it behind. An owner that waits in the store's
	 * {@linkplain WaitQueue queue} leaves it.
	 * @param key the lock
	 * @param owner who must hold it
	 * @return {@code false} if the owner does not hold the lock (any more)
	 */
	CompletionStage<Boolean> release(LockKey key, String owner);

}
