package dev.distributedlock;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A view of what this instance holds and waits for, for operators.
 */
public interface LockMonitor {

	/**
	 * Return the grants that this instance holds now.
	 * @return the grants, longest held first
	 */
	List<Held> held();

	/**
	 * Return the acquisitions of this instance that wait now.
	 * @return the acquisitions, longest waiting first
	 */
	List<Waiting> waiting();

	/**
	 * Ask the store who holds a lock, on any instance. Blocks for one round trip.
	 * @param key the identity of the lock
	 * @return the holder, empty if nobody holds it or the store cannot tell
	 * @throws LockBackendException if the store does not answer
	 */
	Optional<LockHolder> findHolder(LockKey key);

	/**
	 * A grant that this instance holds.
	 *
	 * @param name the name of the lock
	 * @param key the identity of the lock
	 * @param token the fencing token
	 * @param state {@code HELD}, {@code SUSPECT} after a failed renewal, {@code LOST}
	 * @param thread the name of the thread that acquired it; empty if it was acquired
	 * asynchronously
	 * @param heldFor how long it has been held
	 * @param remaining how long it stays valid if it is not renewed any more
	 */
	record Held(String name, LockKey key, long token, State state, String thread, Duration heldFor,
			Duration remaining) {
	}

	/**
	 * An acquisition that waits.
	 *
	 * @param name the name of the lock
	 * @param key the identity of the lock
	 * @param thread the name of the waiting thread; empty if it waits asynchronously
	 * @param waitingFor how long it has been waiting
	 */
	record Waiting(String name, LockKey key, String thread, Duration waitingFor) {
	}

	/** What the holder knows of its lease. */
	enum State {

		/** Held, and the last renewal succeeded. */
		HELD,

		/** Still valid, but the last attempt to renew it failed. */
		SUSPECT,

		/** Lost; the holder has not let go yet. */
		LOST

	}

}
