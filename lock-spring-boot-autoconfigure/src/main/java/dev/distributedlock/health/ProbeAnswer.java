package dev.distributedlock.health;

import java.time.Duration;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What became of a probe.
 *
 * @param latency the time from the question to the answer, or until now without one
 * @param details what the store told
 * @param failure why the store could not grant a lock, in one line without secrets;
 * {@code null} if it could
 */
record ProbeAnswer(Duration latency, Map<String, Object> details, @Nullable String failure) {

	static ProbeAnswer up(Duration latency, Map<String, Object> details) {
		return new ProbeAnswer(latency, details, null);
	}

	static ProbeAnswer down(Duration latency, String failure) {
		return new ProbeAnswer(latency, Map.of(), failure);
	}

}
