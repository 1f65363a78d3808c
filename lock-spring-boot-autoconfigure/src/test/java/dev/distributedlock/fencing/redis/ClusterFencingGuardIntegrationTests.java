package dev.distributedlock.fencing.redis;

import dev.distributedlock.testsupport.RedisCluster;
import dev.distributedlock.testsupport.RedisServer;
import dev.distributedlock.testsupport.RedisVersion;
import dev.distributedlock.testsupport.RespClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;
import org.redisson.config.ReadMode;
import org.redisson.config.SubscriptionMode;

class ClusterFencingGuardIntegrationTests extends RedisFencingGuardContract {

	private static RedisCluster cluster;

	private static RedissonClient client;

	@BeforeAll
	static void connect() {
		RedisVersion.REDIS_7.assumePresent();
		cluster = RedisCluster.start(RedisVersion.REDIS_7, 3);
		Config config = new Config();
		config.setThreads(2).setNettyThreads(2);
		config.useClusterServers()
			.addNodeAddress(cluster.first().url())
			.setMasterConnectionMinimumIdleSize(1)
			.setMasterConnectionPoolSize(8)
			.setReadMode(ReadMode.MASTER)
			.setSubscriptionMode(SubscriptionMode.MASTER);
		client = Redisson.create(config);
	}

	@AfterAll
	static void disconnect() {
		if (client != null) {
			client.shutdown();
		}
		if (cluster != null) {
			cluster.close();
		}
	}

	@Override
	FenceCommands commands() {
		return new RedissonFenceCommands(client);
	}

	/** Asks one node after the other: each refuses keys of slots that it has not. */
	@Override
	Object send(String key, String... command) {
		for (RedisServer master : cluster.masters()) {
			try {
				return master.send(command);
			}
			catch (RespClient.RedisError ex) {
				if (!ex.getMessage().startsWith("MOVED")) {
					throw ex;
				}
			}
		}
		throw new IllegalStateException("No node has the slot of " + key);
	}

}
