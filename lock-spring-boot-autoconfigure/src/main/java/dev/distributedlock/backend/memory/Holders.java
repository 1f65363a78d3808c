package dev.distributedlock.backend.memory;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

import dev.distributedlock.LockHolder;
import org.jspecify.annotations.Nullable;

/**
 * Who holds a lock: one, or several that share it. Not thread-safe.
 */
final class Holders {

	private final List<HeldLock> all = new ArrayList<>(1);

	void add(HeldLock held) {
		this.all.add(held);
	}

	@Nullable HeldLock get(String owner) {
		for (HeldLock held : this.all) {
			if (held.isHeldBy(owner)) {
				return held;
			}
		}
		return null;
	}

	boolean remove(@Nullable String owner) {
		return this.all.removeIf((held) -> held.isHeldBy(owner));
	}

	/** Whether nobody holds the lock any more; forgets those whose lease has ended. */
	boolean areOver(long now) {
		this.all.removeIf((held) -> held.isOver(now));
		return this.all.isEmpty();
	}

	/** Whether one more may hold the lock, which shares it with so many at most. */
	boolean admit(int maxHolders) {
		int limit = maxHolders;
		for (HeldLock held : this.all) {
			limit = Math.min(limit, held.maxHolders());
		}
		return this.all.size() < limit;
	}

	boolean isRevocable() {
		return this.all.stream().anyMatch(HeldLock::isRevocable);
	}

	/** Describe the one of them whose lease ends first. */
	LockHolder describe(long now) {
		HeldLock first = this.all.stream()
			.min(Comparator.comparingLong((held) -> held.expiresAt() - now))
			.orElseThrow();
		return first.holder(now, this.all.size() - 1);
	}

}
