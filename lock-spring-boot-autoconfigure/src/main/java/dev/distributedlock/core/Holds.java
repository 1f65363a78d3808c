package dev.distributedlock.core;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

import dev.distributedlock.LockListener;
import org.jspecify.annotations.Nullable;

/**
 * The holds of a registry, each from its grant until its last lease is closed, also when
 * it was lost in between; and what listeners are told of them.
 */
final class Holds {

	private final Map<Hold, Entry> entries = new ConcurrentHashMap<>();

	private final Listeners listeners;

	Holds(Listeners listeners) {
		this.listeners = listeners;
	}

	void add(Hold hold, Acquisition acquisition, HeldLease lease) {
		this.entries.put(hold, new Entry(acquisition, lease));
	}

	/** Forget a hold that nobody was told of. */
	void remove(Hold hold) {
		this.entries.remove(hold);
	}

	/** The holds, as they come and go. */
	Collection<Hold> all() {
		return this.entries.keySet();
	}

	/** Which acquisition a hold belongs to, {@code null} if it has ended. */
	@Nullable Acquisition acquisition(Hold hold) {
		Entry entry = this.entries.get(hold);
		return (entry != null) ? entry.acquisition : null;
	}

	void tell(Hold hold, BiConsumer<LockListener, HeldLease> event) {
		Entry entry = this.entries.get(hold);
		if (entry != null) {
			this.listeners.tell((listener) -> event.accept(listener, entry.lease));
		}
	}

	/**
	 * A hold is over for its holder.
	 * @return the acquisition, which may still stand first in its line; {@code null} if
	 * the hold had been over before
	 */
	@Nullable Acquisition conclude(Hold hold, LockListener.Outcome outcome) {
		Entry entry = this.entries.remove(hold);
		if (entry == null) {
			return null;
		}
		this.listeners.tell((listener) -> listener.ended(entry.lease, hold.heldFor(), outcome));
		return entry.acquisition;
	}

	private record Entry(Acquisition acquisition, HeldLease lease) {
	}

}
