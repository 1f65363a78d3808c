package dev.distributedlock.backend;

import java.time.Duration;
import java.util.Objects;

import dev.distributedlock.LockKey;

/**
 * One attempt to acquire a lock.
 *
 * @param key the lock
 * @param owner who acquires it: an id that is used for one acquisition only, in printable
 * ASCII without blanks
 * @param instance the name of the acquiring instance, for people
 * @param lease how long the store keeps the lock unless it is renewed
 * @param waiting whether the owner goes on waiting if it is denied and wants a place in
 * the {@linkplain WaitQueue queue}, if the store has one
 * @param tokens how many fencing tokens the grant is to come with, at least one: the
 * engine hands a grant on within its JVM, and each holder needs a token of its own
 * @param revocable whether the owner wants to be {@linkplain WaitQueue.Listener#wanted
 * told} when somebody else is denied because of its grant; not together with others
 * @param maxHolders how many may hold the lock at the same time, this one included, as
 * {@link dev.distributedlock.LockRequest#maxHolders()} says: more than one only for a
 * store that has {@link SharedGrants}
 */
public record AcquireCommand(LockKey key, String owner, String instance, Duration lease, boolean waiting, int tokens,
		boolean revocable, int maxHolders) {

	public AcquireCommand {
		Objects.requireNonNull(key, "'key' must not be null");
		Objects.requireNonNull(owner, "'owner' must not be null");
		Objects.requireNonNull(instance, "'instance' must not be null");
		Objects.requireNonNull(lease, "'lease' must not be null");
		if (tokens < 1) {
			throw new IllegalArgumentException("'tokens' must be at least 1 but was " + tokens);
		}
		if (maxHolders < 1 || (maxHolders > 1 && revocable)) {
			throw new IllegalArgumentException(
					"'maxHolders' must be at least 1, and 1 for a revocable grant, but was " + maxHolders);
		}
	}

	/**
	 * Create an attempt to hold a lock alone, whose grant comes with one token.
	 * @param key the lock
	 * @param owner who acquires it
	 * @param instance the name of the acquiring instance
	 * @param lease how long the store keeps the lock unless it is renewed
	 * @param waiting whether the owner goes on waiting if it is denied
	 */
	public AcquireCommand(LockKey key, String owner, String instance, Duration lease, boolean waiting) {
		this(key, owner, instance, lease, waiting, 1, /* revocable= */ false, 1);
	}

}
