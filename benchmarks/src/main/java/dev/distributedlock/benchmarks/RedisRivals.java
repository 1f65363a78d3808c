package dev.distributedlock.benchmarks;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

import dev.distributedlock.LockLease;
import dev.distributedlock.LockRegistry;
import dev.distributedlock.LockRequest;
import dev.distributedlock.backend.redis.RedissonLockBackend;
import dev.distributedlock.core.DefaultLockRegistry;
import org.redisson.Redisson;
import org.redisson.api.RLock;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * The rivals on Redis, each over two clients: the small one that the auto-configuration
 * makes for locks, and one with Redisson's own defaults (more threads and connections),
 * as an application may have it as a bean.
 */
final class RedisRivals implements AutoCloseable {

	private static final long LEASE_SECONDS = 30;

	private final ConfigurableApplicationContext application;

	private final RedissonClient defaultClient;

	private final DefaultLockRegistry defaultClientRegistry;

	private final Rivals lockClientRivals;

	private final Rivals defaultClientRivals;

	RedisRivals(String url) {
		this.application = new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.properties("spring.data.redis.url=" + url, "spring.main.banner-mode=off", "logging.level.root=warn")
			.run();
		Config config = new Config();
		config.useSingleServer().setAddress(url);
		this.defaultClient = Redisson.create(config);
		this.defaultClientRegistry = DefaultLockRegistry
			.builder(new RedissonLockBackend(this.defaultClient, "benchmark"))
			.build();
		this.lockClientRivals = Rivals.of("lock client", this.application.getBean(LockRegistry.class),
				lockClient(this.application));
		this.defaultClientRivals = Rivals.of("default client", this.defaultClientRegistry, this.defaultClient);
	}

	/** The rivals over the client that the auto-configuration makes. */
	Rivals onLockClient() {
		return this.lockClientRivals;
	}

	/** The rivals over a client with Redisson's defaults. */
	Rivals onDefaultClient() {
		return this.defaultClientRivals;
	}

	/** A client for questions to the server. */
	RedissonClient client() {
		return this.defaultClient;
	}

	// The bean is of a type of the auto-configuration's own, so that no other bean of an
	// application gets this client. Taken from there, its configuration cannot differ
	// from what users get.
	private static RedissonClient lockClient(ConfigurableApplicationContext application) {
		Object holder = application.getBean("lockRedissonClient");
		var accessor = ClassUtils.getMethod(holder.getClass(), "client");
		ReflectionUtils.makeAccessible(accessor);
		return (RedissonClient) Objects.requireNonNull(ReflectionUtils.invokeMethod(accessor, holder));
	}

	@Override
	public void close() {
		this.defaultClientRegistry.close();
		this.defaultClient.shutdown(0, 2, TimeUnit.SECONDS);
		this.application.close();
	}

	/**
	 * The rivals over one client.
	 *
	 * @param ours the registry: a token for fencing, renewed while held
	 * @param rLock Redisson's lock with its watchdog
	 * @param rLockWithLease Redisson's lock with a lease time and no watchdog
	 * @param floor two GETs of a missing key, each waited for: what two round trips cost
	 */
	record Rivals(Rival ours, Rival rLock, Rival rLockWithLease, Rival floor) {

		static Rivals of(String client, LockRegistry registry, RedissonClient redisson) {
			return new Rivals(new Rival("ours, " + client, (key) -> {
				LockLease lease = registry.acquire(LockRequest.of("orders", key));
				return lease::close;
			}), new Rival("RLock, " + client, (key) -> {
				RLock lock = redisson.getLock(key);
				lock.lock();
				return lock::unlock;
			}), new Rival("RLock with lease, " + client, (key) -> {
				RLock lock = redisson.getLock(key);
				lock.lock(LEASE_SECONDS, TimeUnit.SECONDS);
				return lock::unlock;
			}), new Rival("two GETs, " + client, (key) -> {
				redisson.getBucket(key, StringCodec.INSTANCE).get();
				return () -> redisson.getBucket(key, StringCodec.INSTANCE).get();
			}));
		}

		List<Rival> all() {
			return List.of(this.ours, this.rLock, this.rLockWithLease, this.floor);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
