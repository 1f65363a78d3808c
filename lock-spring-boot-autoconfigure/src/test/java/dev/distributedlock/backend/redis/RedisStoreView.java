package dev.distributedlock.backend.redis;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

import dev.distributedlock.LockKey;
import dev.distributedlock.backend.tck.StoreView;
import dev.distributedlock.testsupport.RedisServer;

/**
 * Looks at the keys in Redis with raw commands.
 */
final class RedisStoreView implements StoreView {

	private final RedisServer server;

	private final String prefix;

	RedisStoreView(RedisServer server, String prefix) {
		this.server = server;
		this.prefix = prefix;
	}

	@Override
	public Optional<Duration> remaining(LockKey key) {
		long millis = (Long) Objects.requireNonNull(this.server.send("PTTL", new RedisKeys(this.prefix).lock(key)));
		if (millis == -1) {
			throw new AssertionError(key + " is in Redis without expiry");
		}
		return (millis == -2) ? Optional.empty() : Optional.of(Duration.ofMillis(millis));
	}

	@Override
	public Set<String> entries() {
		Set<String> names = all();
		names.removeIf((name) -> name.matches(".*:\\{b[0-6][0-9]}:token"));
		return names;
	}

	Set<String> all() {
		List<?> found = (List<?>) Objects.requireNonNull(this.server.send("KEYS", this.prefix + ":*"));
		Set<String> names = new TreeSet<>();
		found.forEach((name) -> names.add((String) name));
		return names;
	}

}
