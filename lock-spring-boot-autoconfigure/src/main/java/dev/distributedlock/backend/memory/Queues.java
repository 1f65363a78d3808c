package dev.distributedlock.backend.memory;

import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

import dev.distributedlock.LockKey;
import dev.distributedlock.backend.AcquireCommand;
import org.jspecify.annotations.Nullable;

/**
 * Who waits for which lock, first come first served. Not thread-safe.
 */
final class Queues {

	private static final long FORGET_AFTER = Duration.ofSeconds(10).toNanos();

	private final Map<LockKey, Map<String, Waiter>> queues = new HashMap<>();

	/** Enlist the owner of an attempt that waits, or see that it still waits. */
	void enlist(AcquireCommand command, long now) {
		if (command.waiting()) {
			Map<String, Waiter> queue = this.queues.computeIfAbsent(command.key(), (key) -> new LinkedHashMap<>());
			// The place is that of the first insertion.
			queue.put(command.owner(), new Waiter(command, now));
		}
	}

	/**
	 * Return the first, after those in front that were not seen for long are forgotten.
	 */
	@Nullable AcquireCommand first(LockKey key, long now) {
		Map<String, Waiter> queue = this.queues.get(key);
		if (queue == null) {
			return null;
		}
		// No look at those behind: there may be thousands, and each asks again and again.
		Iterator<Waiter> waiters = queue.values().iterator();
		while (waiters.hasNext()) {
			Waiter first = waiters.next();
			if (!first.isForgotten(now)) {
				return first.command();
			}
			waiters.remove();
		}
		this.queues.remove(key);
		return null;
	}

	void remove(LockKey key, String owner) {
		Map<String, Waiter> queue = this.queues.get(key);
		if (queue != null && queue.remove(owner) != null && queue.isEmpty()) {
			this.queues.remove(key);
		}
	}

	void sweep(long now) {
		this.queues.values().removeIf((queue) -> {
			queue.values().removeIf((waiter) -> waiter.isForgotten(now));
			return queue.isEmpty();
		});
	}

	int size() {
		return this.queues.values().stream().mapToInt(Map::size).sum();
	}

	void clear() {
		this.queues.clear();
	}

	private record Waiter(AcquireCommand command, long seenAt) {

		private boolean isForgotten(long now) {
			return now - this.seenAt > FORGET_AFTER;
		}

	}

}
