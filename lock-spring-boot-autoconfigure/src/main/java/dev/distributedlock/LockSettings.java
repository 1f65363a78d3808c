package dev.distributedlock;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;

/**
 * The options of locks by name. What is configured for a lock's name wins over what the
 * code asks for, and that wins over the defaults, so that operations can tune a lock
 * without a new build.
 */
public final class LockSettings {

	private static final LockOptions BUILT_IN = new LockOptions(Duration.ofSeconds(5), Duration.ofSeconds(30), true,
			Duration.ZERO);

	private final LockOptions defaults;

	private final Map<String, LockOptions> overrides;

	/**
	 * Create settings.
	 * @param defaults the options of locks that say nothing themselves; its own gaps are
	 * filled with a wait time of 5 s and a lease time of 30 s that is renewed
	 * @param overrides options by lock name
	 */
	public LockSettings(LockOptions defaults, Map<String, LockOptions> overrides) {
		this.defaults = Objects.requireNonNull(defaults, "'defaults' must not be null").orElse(BUILT_IN);
		this.overrides = Map.copyOf(overrides);
	}

	/**
	 * Return the options that hold for a request.
	 * @param name the lock's name
	 * @param requested what the code asks for
	 * @return options without gaps, with the limit of the wait time applied
	 * @throws IllegalArgumentException if the times contradict each other
	 */
	public LockOptions resolve(String name, LockOptions requested) {
		LockOptions override = this.overrides.get(name);
		LockOptions asked = (override != null) ? override.orElse(requested) : requested;
		return asked.orElse(this.defaults).limited().consistent();
	}

	/**
	 * Return the options configured by name.
	 * @return the overrides
	 */
	public Map<String, LockOptions> overrides() {
		return this.overrides;
	}

}
