package dev.distributedlock.fencing.redis;

import dev.distributedlock.testsupport.RedisServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;

class RedissonFencingGuardIntegrationTests extends RedisFencingGuardContract {

	private static RedissonClient client;

	@BeforeAll
	static void connect() {
		Config config = new Config();
		config.setThreads(2).setNettyThreads(2);
		config.useSingleServer()
			.setAddress(RedisServer.shared().url())
			.setConnectionMinimumIdleSize(1)
			.setConnectionPoolSize(8);
		client = Redisson.create(config);
	}

	@AfterAll
	static void disconnect() {
		client.shutdown();
	}

	@Override
	FenceCommands commands() {
		return new RedissonFenceCommands(client);
	}

	@Override
	Object send(String key, String... command) {
		return RedisServer.shared().send(command);
	}

}
