package dev.distributedlock.interceptor;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;

import dev.distributedlock.annotation.OnFailure;
import dev.distributedlock.annotation.OnLockLost;
import org.jspecify.annotations.Nullable;

/**
 * What is configured beside the annotations, apart from times. What is configured for a
 * name wins over the annotation, and that over the defaults.
 *
 * @param defaults what holds where neither says anything
 * @param locks what holds for the locks of a name
 * @param backends gives the names of the stores that there are
 */
public record ConfiguredLocks(Choice defaults, Map<String, Choice> locks,
		Supplier<? extends Collection<String>> backends) {

	/** Nothing is configured. */
	public static final ConfiguredLocks NONE = new ConfiguredLocks(new Choice(null, null, null), Map.of(), List::of);

	/** Check that nothing is missing. */
	public ConfiguredLocks {
		Objects.requireNonNull(defaults, "'defaults' must not be null");
		Objects.requireNonNull(backends, "'backends' must not be null");
		locks = Map.copyOf(locks);
	}

	/**
	 * Return what is configured for some names.
	 * @return the values by name, none for names without
	 */
	<R> Map<String, R> of(Collection<String> names, Function<Choice, @Nullable R> part) {
		Map<String, R> found = new LinkedHashMap<>();
		for (String name : names) {
			Choice configured = this.locks.get(name);
			R value = (configured != null) ? part.apply(configured) : null;
			if (value != null) {
				found.put(name, value);
			}
		}
		return found;
	}

	/** Return the store of a lock, empty for the default one. */
	String backend(String name, String declared) {
		Choice configured = this.locks.get(name);
		return (configured != null && configured.backend() != null) ? configured.backend() : declared;
	}

	/**
	 * What is configured for one lock.
	 *
	 * @param onFailure what becomes of a call whose lock is busy, {@code null} or
	 * {@code DEFAULT} to leave it open
	 * @param onLockLost what becomes of a call whose lock is lost, {@code null} or
	 * {@code DEFAULT} to leave it open
	 * @param backend the store, {@code null} to leave it open
	 */
	public record Choice(@Nullable OnFailure onFailure, @Nullable OnLockLost onLockLost, @Nullable String backend) {

		/** Make nothing of what leaves it open. */
		public Choice {
			onFailure = (onFailure != OnFailure.DEFAULT) ? onFailure : null;
			onLockLost = (onLockLost != OnLockLost.DEFAULT) ? onLockLost : null;
		}

	}

}
