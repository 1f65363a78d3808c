package dev.distributedlock.backend.redis;

import dev.distributedlock.testsupport.RedisServer;
import dev.distributedlock.testsupport.RedisVersion;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/**
 * The contract on Redis 7.
 */
class Redis7LockBackendIntegrationTests extends RedissonLockBackendContract {

	private static RedisStand stand;

	Redis7LockBackendIntegrationTests() {
		super(stand);
	}

	@BeforeAll
	static void connect() {
		RedisVersion.REDIS_7.assumePresent();
		RedisServer server = RedisServer.start(RedisVersion.REDIS_7);
		stand = RedisStand.on(server, server);
	}

	@AfterAll
	static void disconnect() throws Exception {
		if (stand != null) {
			stand.close();
		}
	}

}
