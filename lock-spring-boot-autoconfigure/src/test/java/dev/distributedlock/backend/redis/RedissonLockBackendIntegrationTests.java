package dev.distributedlock.backend.redis;

import dev.distributedlock.testsupport.RedisServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/**
 * The contract on Redis 6.
 */
class RedissonLockBackendIntegrationTests extends RedissonLockBackendContract {

	private static RedisStand stand;

	RedissonLockBackendIntegrationTests() {
		super(stand);
	}

	@BeforeAll
	static void connect() {
		stand = RedisStand.on(RedisServer.shared(), () -> {
		});
	}

	@AfterAll
	static void disconnect() throws Exception {
		if (stand != null) {
			stand.close();
		}
	}

}
