package dev.distributedlock.autoconfigure;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Says how to get a store.
 */
final class LockBackendNotConfiguredFailureAnalyzer extends AbstractFailureAnalyzer<LockBackendNotConfiguredException> {

	private static final Map<String, String> DEPENDENCIES = new TreeMap<>(
			Map.of("redis", "org.redisson:redisson", "in-memory", ""));

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, LockBackendNotConfiguredException cause) {
		String backend = cause.getBackend();
		String dependency = DEPENDENCIES.get(backend.trim().toLowerCase(Locale.ROOT));
		if (dependency == null) {
			return new FailureAnalysis(
					"The property distributed-lock.backend is '" + backend
							+ "', which is not a store that this application knows.",
					"Set distributed-lock.backend to one of " + String.join(", ", DEPENDENCIES.keySet())
							+ ", or define a bean of type dev.distributedlock.backend.LockBackend.",
					cause);
		}
		return new FailureAnalysis(
				"Distributed locks need the store '" + backend
						+ "' (property distributed-lock.backend), but its client is not on the class path or could "
						+ "not be configured.",
				"Add the dependency " + dependency + " (dev.distributedlock:lock-spring-boot-starter brings it), "
						+ "set distributed-lock.backend to another store (" + String.join(", ", DEPENDENCIES.keySet())
						+ "), or define a bean of type dev.distributedlock.backend.LockBackend.",
				cause);
	}

}
