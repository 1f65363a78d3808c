package dev.distributedlock.benchmarks;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

import dev.distributedlock.benchmarks.Rival.Hold;
import dev.distributedlock.benchmarks.Rival.Lock;
import io.lettuce.core.RedisClient;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.sync.RedisCommands;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.LockProvider;
import net.javacrumbs.shedlock.core.SimpleLock;
import net.javacrumbs.shedlock.provider.redis.spring.RedisLockProvider;
import org.jspecify.annotations.Nullable;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.integration.redis.util.RedisLockRegistry;
import org.springframework.integration.redis.util.RedisLockRegistry.RedisLockType;

/**
 * What locks through Lettuce, by itself or below Spring Data Redis.
 */
final class LettuceLocks implements AutoCloseable {

	private static final Duration LEASE = Duration.ofSeconds(30);

	private static final String COMPARE_AND_DELETE = """
			if redis.call('GET', KEYS[1]) == ARGV[1] then
				return redis.call('DEL', KEYS[1])
			end
			return 0
			""";

	private final LettuceConnectionFactory connections;

	private final RedisClient client;

	private final RedisCommands<String, String> commands;

	private final List<RedisLockRegistry> registries = new ArrayList<>();

	LettuceLocks(String url) {
		URI uri = URI.create(url);
		this.connections = new LettuceConnectionFactory(uri.getHost(), uri.getPort());
		this.connections.afterPropertiesSet();
		this.connections.start();
		this.client = RedisClient.create(url);
		this.commands = this.client.connect().sync();
	}

	/**
	 * The least that a lock can be: SET NX PX, and a script that deletes what is its own.
	 * No token, no renewal; whoever is denied asks again after a millisecond.
	 */
	Lock pair() {
		String script = this.commands.scriptLoad(COMPARE_AND_DELETE);
		SetArgs options = SetArgs.Builder.nx().px(LEASE);
		String instance = UUID.randomUUID().toString();
		AtomicLong count = new AtomicLong();
		return (key) -> {
			String owner = instance + ":" + count.incrementAndGet();
			return poll(() -> {
				if (this.commands.set(key, owner, options) == null) {
					return null;
				}
				return () -> this.commands.evalsha(script, ScriptOutputType.INTEGER, new String[] { key }, owner);
			});
		};
	}

	/** The lock registry of Spring Integration. */
	Lock springIntegration(RedisLockType type) {
		RedisLockRegistry registry = new RedisLockRegistry(this.connections, "integration-" + type);
		registry.setRedisLockType(type);
		this.registries.add(registry);
		return (key) -> {
			var lock = registry.obtain(key);
			lock.lockInterruptibly();
			return lock::unlock;
		};
	}

	/** ShedLock, which knows no waiting: asked again after a millisecond. */
	Lock shedLock() {
		LockProvider provider = new RedisLockProvider(this.connections, "benchmark");
		return (key) -> poll(() -> {
			Optional<SimpleLock> lock = provider.lock(new LockConfiguration(Instant.now(), key, LEASE, Duration.ZERO));
			return lock.<Hold>map((held) -> held::unlock).orElse(null);
		});
	}

	/** Two PINGs, each waited for: what two round trips cost. */
	Lock pings() {
		return (key) -> {
			this.commands.ping();
			return this.commands::ping;
		};
	}

	private static Hold poll(Supplier<@Nullable Hold> attempt) throws InterruptedException {
		Hold hold = attempt.get();
		while (hold == null) {
			TimeUnit.MILLISECONDS.sleep(1);
			hold = attempt.get();
		}
		return hold;
	}

	@Override
	public void close() {
		this.registries.forEach(RedisLockRegistry::destroy);
		this.client.shutdown();
		this.connections.destroy();
	}

}
