package dev.distributedlock.backend;

import java.util.Map;
import java.util.concurrent.CompletionStage;

/**
 * A {@link LockBackend} that can tell whether it could grant locks now.
 */
@FunctionalInterface
public interface BackendProbe {

	/**
	 * Probe the store with one cheap round trip. Fails if it could not grant a lock now:
	 * unreachable, read-only, still loading.
	 * @return details for operators, such as the store's version and mode; no addresses
	 * with credentials, no secrets
	 */
	CompletionStage<Map<String, Object>> probe();

}
