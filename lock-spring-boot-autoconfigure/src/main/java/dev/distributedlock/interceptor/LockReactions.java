package dev.distributedlock.interceptor;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

import dev.distributedlock.annotation.OnFailure;
import dev.distributedlock.annotation.OnLockLost;
import org.jspecify.annotations.Nullable;

/**
 * What is configured to become of calls that do not get, or lose, a lock. What is
 * configured for a name wins over the annotation, and that over the defaults.
 *
 * @param defaults what holds where neither says anything
 * @param locks what holds for the locks of a name
 */
public record LockReactions(Reaction defaults, Map<String, Reaction> locks) {

	/** Nothing is configured. */
	public static final LockReactions NONE = new LockReactions(new Reaction(null, null), Map.of());

	/** Check that nothing is missing. */
	public LockReactions {
		Objects.requireNonNull(defaults, "'defaults' must not be null");
		locks = Map.copyOf(locks);
	}

	/**
	 * Return what is configured for some names.
	 * @return the values by name, none for names without
	 */
	<R> Map<String, R> of(Collection<String> names, Function<Reaction, @Nullable R> part) {
		Map<String, R> found = new LinkedHashMap<>();
		for (String name : names) {
			Reaction configured = this.locks.get(name);
			R value = (configured != null) ? part.apply(configured) : null;
			if (value != null) {
				found.put(name, value);
			}
		}
		return found;
	}

	/**
	 * A pair of reactions.
	 *
	 * @param onFailure what becomes of a call whose lock is busy, {@code null} or
	 * {@code DEFAULT} to leave it open
	 * @param onLockLost what becomes of a call whose lock is lost, {@code null} or
	 * {@code DEFAULT} to leave it open
	 */
	public record Reaction(@Nullable OnFailure onFailure, @Nullable OnLockLost onLockLost) {

		/** Make nothing of what leaves it open. */
		public Reaction {
			onFailure = (onFailure != OnFailure.DEFAULT) ? onFailure : null;
			onLockLost = (onLockLost != OnLockLost.DEFAULT) ? onLockLost : null;
		}

	}

}
