package dev.distributedlock.backend.redis;

import java.util.function.Consumer;

import dev.distributedlock.testsupport.RedisCluster;
import dev.distributedlock.testsupport.RedisServer;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;
import org.redisson.config.ReadMode;
import org.redisson.config.SubscriptionMode;

/**
 * Small Redisson clients for tests.
 */
final class Clients {

	private Clients() {
	}

	static RedissonClient connect(RedisServer server) {
		return connect(server, (config) -> {
		});
	}

	static RedissonClient connect(RedisCluster cluster) {
		return connect(cluster, (config) -> {
		});
	}

	static RedissonClient connect(RedisCluster cluster, Consumer<Config> customizer) {
		Config config = new Config();
		config.setThreads(2).setNettyThreads(2);
		config.useClusterServers()
			.addNodeAddress(cluster.first().url())
			.setScanInterval(1000)
			.setMasterConnectionMinimumIdleSize(1)
			.setMasterConnectionPoolSize(8)
			.setReadMode(ReadMode.MASTER)
			.setSubscriptionMode(SubscriptionMode.MASTER)
			.setTimeout(2000)
			.setConnectTimeout(2000);
		customizer.accept(config);
		return Redisson.create(config);
	}

	static RedissonClient connect(RedisServer server, Consumer<Config> customizer) {
		Config config = new Config();
		config.setThreads(2).setNettyThreads(2);
		config.useSingleServer()
			.setAddress(server.url())
			.setConnectionMinimumIdleSize(1)
			.setConnectionPoolSize(8)
			.setTimeout(2000)
			.setConnectTimeout(2000);
		customizer.accept(config);
		return Redisson.create(config);
	}

}
