package dev.distributedlock.core;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import dev.distributedlock.backend.LockBackend;
import dev.distributedlock.backend.redis.RedissonLockBackend;
import dev.distributedlock.testsupport.RedisServer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The bounds on Redis: all that stays are the counters of its 64 buckets.
 */
class BoundsIntegrationTests extends BoundsContract {

	private final RedisServer redis = RedisServer.shared();

	private final String prefix = "bounds" + UUID.randomUUID();

	private final List<RedissonLockBackend> backends = new ArrayList<>();

	private final List<RedissonClient> clients = new ArrayList<>();

	@Override
	LockBackend store() {
		Config config = new Config();
		config.setThreads(2).setNettyThreads(2);
		config.useSingleServer()
			.setAddress(this.redis.url())
			.setConnectionPoolSize(8)
			.setConnectionMinimumIdleSize(1)
			.setSubscriptionConnectionMinimumIdleSize(1)
			.setSubscriptionConnectionPoolSize(2);
		RedissonClient client = Redisson.create(config);
		this.clients.add(client);
		RedissonLockBackend backend = new RedissonLockBackend(client, this.prefix);
		this.backends.add(backend);
		return backend;
	}

	@Override
	void assertStoreIsEmpty() {
		Awaitility.await("only counters are left").untilAsserted(() -> {
			List<?> keys = (List<?>) this.redis.send("KEYS", this.prefix + ":*");
			assertThat(keys).hasSizeLessThanOrEqualTo(64)
				.allSatisfy((key) -> assertThat(String.valueOf(key)).endsWith(":token"));
		});
	}

	@Test
	void twentyThousandKeysLeaveNothing() throws Exception {
		manyKeysLeaveNothing(20_000);
	}

	@Test
	@Tag("soak")
	void hundredThousandKeysLeaveNothing() throws Exception {
		manyKeysLeaveNothing(100_000);
	}

	@AfterEach
	void disconnect() {
		closeRegistries();
		this.backends.forEach(RedissonLockBackend::close);
		this.clients.forEach(RedissonClient::shutdown);
	}

}
