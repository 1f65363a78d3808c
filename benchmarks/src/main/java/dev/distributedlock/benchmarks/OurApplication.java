package dev.distributedlock.benchmarks;

import java.util.Map;
import java.util.Objects;

import dev.distributedlock.LockLease;
import dev.distributedlock.LockRegistry;
import dev.distributedlock.LockRequest;
import org.jspecify.annotations.Nullable;
import org.redisson.api.RedissonClient;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * An application that uses the starter, so that what is measured is configured as users
 * get it.
 */
final class OurApplication implements AutoCloseable {

	private final ConfigurableApplicationContext context;

	/**
	 * Start an application.
	 * @param url where Redis is
	 * @param client the application's own client, or {@code null} to have one made
	 * @param properties what is set for this application alone
	 */
	OurApplication(String url, @Nullable RedissonClient client, Map<String, Object> properties) {
		this.context = new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.properties("spring.data.redis.url=" + url, "spring.main.banner-mode=off",
					// Whoever waits here shall get the lock in the end.
					"distributed-lock.defaults.wait-time=10m")
			.properties(Settings.ofOurs())
			.properties(properties)
			.initializers((context) -> {
				if (client != null) {
					context.getBeanFactory().registerSingleton("redissonClient", client);
				}
			})
			.run();
	}

	Rival.Lock lock() {
		LockRegistry registry = this.context.getBean(LockRegistry.class);
		return (key) -> {
			LockLease lease = registry.acquire(LockRequest.of("orders", key));
			return lease::close;
		};
	}

	// The bean is of a type of the auto-configuration's own, so that no other bean of an
	// application gets this client. Taken from there, its configuration cannot differ
	// from what users get.
	RedissonClient client() {
		Object holder = this.context.getBean("lockRedissonClient");
		var accessor = ClassUtils.getMethod(holder.getClass(), "client");
		ReflectionUtils.makeAccessible(accessor);
		return (RedissonClient) Objects.requireNonNull(ReflectionUtils.invokeMethod(accessor, holder));
	}

	@Override
	public void close() {
		this.context.close();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration(excludeName = { "com.baomidou.lock.spring.boot.autoconfigure.LockAutoConfiguration",
			"com.baomidou.lock.spring.boot.autoconfigure.RedissonLockAutoConfiguration" })
	static class Application {

	}

}
