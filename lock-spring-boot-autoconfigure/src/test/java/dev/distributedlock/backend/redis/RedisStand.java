package dev.distributedlock.backend.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.distributedlock.testsupport.RedisCluster;
import dev.distributedlock.testsupport.RedisServer;
import dev.distributedlock.testsupport.RedisVersion;
import org.redisson.api.RedissonClient;

/**
 * Servers and clients that the tests of a class share.
 *
 * @param servers all servers
 * @param firstClient the client of one instance
 * @param secondClient the client of another instance
 * @param orphan a client whose server is gone
 * @param end what else to close
 */
record RedisStand(List<RedisServer> servers, RedissonClient firstClient, RedissonClient secondClient,
		RedissonClient orphan, AutoCloseable end) implements AutoCloseable {

	private static final Pattern PUBLISH_CALLS = Pattern.compile("cmdstat_s?publish:calls=(\\d+)");

	static RedisStand on(RedisServer server, AutoCloseable end) {
		return on(List.of(server), () -> Clients.connect(server), end);
	}

	static RedisStand on(RedisCluster cluster) {
		return on(cluster.masters(), () -> Clients.connect(cluster), cluster);
	}

	private static RedisStand on(List<RedisServer> servers, Supplier<RedissonClient> clients, AutoCloseable end) {
		try (RedisServer lost = RedisServer.start()) {
			return new RedisStand(servers, clients.get(), clients.get(), Clients.connect(lost), end);
		}
	}

	/** The channels, plain or sharded, that somebody listens to. */
	List<String> channels(String pattern) {
		List<String> found = new ArrayList<>();
		for (RedisServer server : this.servers) {
			found.addAll(channels(server, "CHANNELS", pattern));
			if (server.version() != RedisVersion.REDIS_6) {
				found.addAll(channels(server, "SHARDCHANNELS", pattern));
			}
		}
		return found;
	}

	static List<String> channels(RedisServer server, String kind, String pattern) {
		List<?> names = (List<?>) Objects.requireNonNull(server.send("PUBSUB", kind, pattern));
		return names.stream().map(String::valueOf).toList();
	}

	/** How many messages were published by scripts. */
	long messagesSent() {
		long sent = 0;
		for (RedisServer server : this.servers) {
			Matcher matcher = PUBLISH_CALLS
				.matcher((String) Objects.requireNonNull(server.send("INFO", "commandstats")));
			while (matcher.find()) {
				sent += Long.parseLong(matcher.group(1));
			}
		}
		return sent;
	}

	@Override
	public void close() throws Exception {
		this.firstClient.shutdown();
		this.secondClient.shutdown();
		this.orphan.shutdown();
		this.end.close();
	}

}
