package dev.distributedlock.backend;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletionStage;

import dev.distributedlock.LockKey;
import dev.distributedlock.backend.AcquireResult.Acquired;

/**
 * A {@link LockBackend} that queues those who wait, first come first served, and grants a
 * lock that becomes free to the first of them in the same step: a change of holder costs
 * one command and one message, and no attempts of all who wait.
 * <p>
 * <strong>Contract.</strong> An attempt that {@linkplain AcquireCommand#waiting() waits}
 * and is denied has its owner enlisted; repeating it keeps the place. Nobody overtakes
 * the queue: while others are in front, an attempt at a free lock grants to the first of
 * them. {@link LockBackend#release} takes an owner out of the queue, too. A grant to an
 * enlisted owner lasts for the shorter of its lease and a few seconds, until the owner
 * renews it: one that has died does not hold the others up for long. Messages may be
 * late, lost or repeated; a repeated attempt of the owner answers the same. An owner that
 * does not repeat its attempt for three seconds may be forgotten, as its instance may
 * have died.
 */
public interface WaitQueue {

	/**
	 * Start to deliver grants. Called when an attempt that waits is denied for the first
	 * time; returns at once, while the connection may still be in the making, and does
	 * not throw if the store is away. Several listeners may subscribe.
	 * @param listener who is told of all grants to owners of this instance; it does not
	 * block
	 * @return ends the subscription
	 */
	Subscription subscribe(Listener listener);

	/**
	 * Release a lock and make an attempt of another owner of this instance in one step:
	 * if others are enlisted they come first.
	 * @param previous the owner whose grant ends
	 * @param next the attempt, for the same lock
	 * @return what became of both; failed if the outcome is unknown
	 */
	CompletionStage<Exchange> exchange(String previous, AcquireCommand next);

	/**
	 * The outcome of an exchange.
	 *
	 * @param released whether the previous owner held the lock until now
	 * @param next the outcome of the attempt
	 */
	record Exchange(boolean released, AcquireResult next) {
	}

	/**
	 * A grant to an owner that was enlisted.
	 *
	 * @param key the lock
	 * @param owner who holds it now
	 * @param acquired the tokens
	 * @param lease how long it lasts unless it is renewed, from the moment of the grant
	 */
	record Grant(LockKey key, String owner, Acquired acquired, Duration lease) {

		public Grant {
			Objects.requireNonNull(key, "'key' must not be null");
			Objects.requireNonNull(owner, "'owner' must not be null");
			Objects.requireNonNull(acquired, "'acquired' must not be null");
			Objects.requireNonNull(lease, "'lease' must not be null");
		}

	}

	/** Is told of grants. */
	interface Listener {

		/**
		 * An enlisted owner holds its lock now.
		 * @param grant the grant
		 */
		void granted(Grant grant);

		/**
		 * Somebody was denied a lock because of a {@linkplain AcquireCommand#revocable()
		 * revocable} grant to an owner of this instance. May be told for each attempt, to
		 * the wrong instance, late or not at all.
		 * @param key the lock
		 */
		default void wanted(LockKey key) {
		}

		/**
		 * Grants may have been missed until now: the subscription became active, or
		 * active again.
		 */
		void resumed();

	}

	/** A subscription that can be ended. */
	@FunctionalInterface
	interface Subscription extends AutoCloseable {

		/** End the subscription. */
		@Override
		void close();

	}

}
