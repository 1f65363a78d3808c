package dev.distributedlock.test;

import java.time.Duration;
import java.util.Optional;

import dev.distributedlock.LockKey;
import dev.distributedlock.LockListener.Outcome;

/**
 * One use that the application made of a lock.
 *
 * @param name the name of the lock
 * @param key the identity of the lock
 * @param token the fencing token
 * @param thread the name of the thread that was given the lock
 * @param waited how long it was waited for
 * @param outcome how it ended, empty while it is held
 */
public record LockUse(String name, LockKey key, long token, String thread, Duration waited, Optional<Outcome> outcome) {

	/**
	 * Return whether the lock is held still.
	 * @return whether it has not ended
	 */
	public boolean isHeld() {
		return this.outcome.isEmpty();
	}

	@Override
	public String toString() {
		return "'" + this.key.value() + "' (token " + this.token + ", thread " + this.thread + ", "
				+ this.outcome.map(Outcome::name).orElse("HELD") + ")";
	}

}
