package dev.distributedlock.backend.memory;

import java.time.Duration;

import dev.distributedlock.LockHolder;
import dev.distributedlock.backend.AcquireCommand;
import dev.distributedlock.backend.AcquireResult.Acquired;
import org.jspecify.annotations.Nullable;

/**
 * A lock that is held in memory. The mutex of the store guards it.
 */
final class HeldLock {

	private final AcquireCommand command;

	private final long token;

	private final long since;

	private long expiresAt;

	HeldLock(AcquireCommand command, long token, long since, Duration lease) {
		this.command = command;
		this.token = token;
		this.since = since;
		this.expiresAt = since + lease.toNanos();
	}

	boolean isOver(long now) {
		return this.expiresAt - now <= 0;
	}

	boolean isHeldBy(@Nullable String owner) {
		return this.command.owner().equals(owner);
	}

	int maxHolders() {
		return this.command.maxHolders();
	}

	boolean isRevocable() {
		return this.command.revocable();
	}

	/** Never shortens: who holds it has been promised what it has. */
	void lastUntil(long candidate) {
		this.expiresAt += Math.max(0, candidate - this.expiresAt);
	}

	Acquired acquired(boolean contested) {
		return new Acquired(this.token, this.token + this.command.tokens() - 1, contested);
	}

	long expiresAt() {
		return this.expiresAt;
	}

	LockHolder holder(long now, int others) {
		return new LockHolder(this.command.instance(), this.token, Duration.ofNanos(now - this.since),
				Duration.ofNanos(this.expiresAt - now), others);
	}

}
