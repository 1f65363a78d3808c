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
import dev.distributedlock.testsupport.RespClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Looks at the keys in Redis with raw commands.
 */
final class RedisStoreView implements StoreView {

	private final List<RedisServer> servers;

	private final String prefix;

	RedisStoreView(RedisServer server, String prefix) {
		this(List.of(server), prefix);
	}

	RedisStoreView(List<RedisServer> servers, String prefix) {
		this.servers = servers;
		this.prefix = prefix;
	}

	@Override
	public Optional<Duration> remaining(LockKey key) {
		long millis = -2;
		for (RedisServer server : this.servers) {
			millis = Math.max(millis, remaining(server, new RedisKeys(this.prefix).lock(key)));
		}
		if (millis == -1) {
			throw new AssertionError(key + " is in Redis without expiry");
		}
		return (millis == -2) ? Optional.empty() : Optional.of(Duration.ofMillis(millis));
	}

	@Override
	public Set<String> entries() {
		Set<String> names = all();
		names.removeIf((name) -> name.matches(".*:\\{b[0-6][0-9]}:token") || isNotes(name));
		return names;
	}

	/** They may stay for three seconds. */
	private boolean isNotes(String name) {
		if (!name.matches(".*:\\{b[0-6][0-9]}:asked:.*")) {
			return false;
		}
		assertThat(this.servers.stream().map((server) -> remaining(server, name))).as(name)
			.allMatch((millis) -> millis == -2 || millis >= 0 && millis <= 3000);
		return true;
	}

	private static long remaining(RedisServer server, String name) {
		try {
			return (Long) Objects.requireNonNull(server.send("PTTL", name));
		}
		catch (RespClient.RedisError ex) {
			assertThat(ex).as("of another node of the cluster").hasMessageStartingWith("MOVED");
			return -2;
		}
	}

	Set<String> all() {
		Set<String> names = new TreeSet<>();
		for (RedisServer server : this.servers) {
			List<?> found = (List<?>) Objects.requireNonNull(server.send("KEYS", this.prefix + ":*"));
			found.forEach((name) -> names.add((String) name));
		}
		return names;
	}

}
