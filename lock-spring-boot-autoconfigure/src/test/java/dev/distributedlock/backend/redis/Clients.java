package dev.distributedlock.backend.redis;

import java.util.function.Consumer;

import dev.distributedlock.testsupport.RedisServer;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;

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
