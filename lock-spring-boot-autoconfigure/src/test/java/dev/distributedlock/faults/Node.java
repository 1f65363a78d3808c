package dev.distributedlock.faults;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

import dev.distributedlock.backend.redis.RedissonLockBackend;
import dev.distributedlock.core.DefaultLockRegistry;
import dev.distributedlock.testsupport.RedisServer;
import org.awaitility.Awaitility;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One node: a registry on a Redisson client of its own.
 */
final class Node implements AutoCloseable {

	private final RedissonClient client;

	private final RedissonLockBackend backend;

	private final DefaultLockRegistry registry;

	Node(String url, String prefix, String name, Duration commandTimeout) {
		Config config = new Config();
		config.setThreads(2).setNettyThreads(2).setCodec(StringCodec.INSTANCE);
		config.useSingleServer()
			.setAddress(url)
			.setConnectionPoolSize(8)
			.setConnectionMinimumIdleSize(1)
			.setSubscriptionConnectionMinimumIdleSize(1)
			.setSubscriptionConnectionPoolSize(2)
			.setTimeout((int) commandTimeout.toMillis())
			.setRetryAttempts(0);
		this.client = Redisson.create(config);
		this.backend = new RedissonLockBackend(this.client, prefix);
		this.registry = DefaultLockRegistry.builder(this.backend).instance(name).commandTimeout(commandTimeout).build();
	}

	DefaultLockRegistry locks() {
		return this.registry;
	}

	@Override
	public void close() {
		this.registry.close();
		this.backend.close();
		this.client.shutdown();
	}

	/** A prefix that no other test uses. */
	static String freshPrefix() {
		return "t" + UUID.randomUUID().toString().substring(0, 8);
	}

	/**
	 * Wait until only the fixed helper keys of a prefix are left in Redis, and no
	 * channel.
	 */
	static void assertNothingLeft(RedisServer redis, String prefix) {
		Awaitility.await("nothing is left in Redis")
			.atMost(Duration.ofSeconds(15))
			.untilAsserted(() -> assertThat(keys(redis, prefix)).allMatch((key) -> key.endsWith(":token")));
	}

	static void assertNoSubscription(RedisServer redis, String prefix) {
		Awaitility.await("no subscription is left")
			.atMost(Duration.ofSeconds(5))
			.untilAsserted(() -> assertThat((List<?>) redis.send("PUBSUB", "CHANNELS", prefix + "*")).isEmpty());
	}

	static void assertNoThreads() {
		Awaitility.await("no thread of ours is left")
			.atMost(Duration.ofSeconds(15))
			.untilAsserted(() -> assertThat(threads()).isEmpty());
	}

	private static Set<String> threads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.map(Thread::getName)
			.filter((name) -> name.startsWith("distributed-lock"))
			.collect(Collectors.toSet());
	}

	static List<String> keys(RedisServer redis, String prefix) {
		List<?> keys = (List<?>) redis.send("KEYS", prefix + ":*");
		assertThat(keys).isNotNull();
		return keys.stream().map(String::valueOf).toList();
	}

}
