package dev.distributedlock;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * A lock that was granted, until it is closed or lost.
 * <p>
 * <strong>Guarantee.</strong> While {@link #isValid()} is {@code true}, no other lease of
 * the same key is valid on any instance, as long as the store keeps its data and clocks
 * run at the same rate within 1&nbsp;%. Validity is counted on this process's monotonic
 * clock from a moment before the store granted or renewed the lease, so that the holder
 * stops believing before the store does.
 * <p>
 * <strong>Not guaranteed.</strong> A thread can be paused (garbage collection, a stopped
 * process, a slow disk) after it asked {@code isValid()} and before its next write takes
 * effect. No lock service can prevent that. Where such a write would do harm, hand the
 * {@link #token() fencing token} to the resource and let it refuse smaller ones.
 * <p>
 * Leases are thread-safe and may be closed by another thread than the one that acquired
 * them. A lease from {@link LockRegistry#acquire} is renewed only while the acquiring
 * thread is alive.
 */
public interface LockLease extends AutoCloseable {

	/**
	 * Return the identity of the lock.
	 * @return the key
	 */
	LockKey key();

	/**
	 * Return the name of the lock.
	 * @return the name, as in the request
	 */
	String name();

	/**
	 * Return the fencing token: larger than that of every earlier grant of this key, also
	 * after a restart or loss of the store, and the same for all nested acquisitions of
	 * one grant.
	 * @return the token
	 */
	long token();

	/**
	 * Return whether this lease is still held. Asks the clock, not the store.
	 * @return {@code false} once closed, lost or expired
	 */
	boolean isValid();

	/**
	 * Check that this lease is still held.
	 * @throws LockLostException if it was lost
	 * @throws IllegalStateException if it was closed
	 */
	void ensureValid();

	/**
	 * Return for how long this lease stays valid if it is not renewed any more.
	 * @return the time, zero if the lease is not valid
	 */
	Duration remaining();

	/**
	 * Make sure that this lease stays valid for at least the given time, with one round
	 * trip to the store. A lease never gets shorter.
	 * @param leaseTime the least time from now
	 * @throws LockLostException if the lease was lost
	 * @throws LockBackendException if the store did not answer; the lease is as long as
	 * it was, or longer
	 * @throws IllegalStateException if it was closed
	 */
	void extend(Duration leaseTime);

	/**
	 * Register a listener for the loss of this lease: its time has passed without a
	 * successful renewal, or the store says that somebody else, or nobody, holds the
	 * lock. The listener is called once, on a thread of the registry, at once if the
	 * lease is lost already, and never after {@link #close()}. It must not block.
	 * @param listener the listener
	 */
	void onLost(Consumer<LockLostEvent> listener);

	/**
	 * Release the lock, or end this nested acquisition of it. Closing again does nothing.
	 * An interrupt does not stop a release and stays pending. If the store cannot be
	 * reached the release goes on in the background until the lease has ended.
	 * @throws LockLostException if the lease was lost before: the work done under it may
	 * have run beside that of another holder
	 */
	@Override
	void close();

	/**
	 * Close a lease under which nothing was done. Differs from {@link #close()} for a
	 * lock that is to stay taken for a {@linkplain LockOptions#holdAtLeast() least time}
	 * only: it is free at once.
	 * @throws LockLostException as for {@link #close()}
	 */
	default void giveBack() {
		close();
	}

}
