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
			try {
				millis = (Long) Objects.requireNonNull(server.send("PTTL", new RedisKeys(this.prefix).lock(key)));
			}
			catch (RespClient.RedisError ex) {
				assertThat(ex).as("of another node of the cluster").hasMessageStartingWith("MOVED");
			}
		}
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
		Set<String> names = new TreeSet<>();
		for (RedisServer server : this.servers) {
			List<?> found = (List<?>) Objects.requireNonNull(server.send("KEYS", this.prefix + ":*"));
			found.forEach((name) -> names.add((String) name));
		}
		return names;
	}

}
