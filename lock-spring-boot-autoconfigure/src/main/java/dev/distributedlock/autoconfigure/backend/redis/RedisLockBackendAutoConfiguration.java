package dev.distributedlock.autoconfigure.backend.redis;

import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

import dev.distributedlock.autoconfigure.ConditionalOnLockBackend;
import dev.distributedlock.autoconfigure.DistributedLockProperties;
import dev.distributedlock.backend.LockBackend;
import dev.distributedlock.backend.redis.RedissonLockBackend;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration of the store on Redis: over the application's own
 * {@link RedissonClient} if it has one, else over a small client that is made of
 * {@code spring.data.redis.*} (or of the service connection in its place) for locks only.
 */
@AutoConfiguration(
		afterName = { "org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration",
				"org.redisson.spring.starter.RedissonAutoConfigurationV4" },
		beforeName = "dev.distributedlock.autoconfigure.DistributedLockAutoConfiguration")
@ConditionalOnClass(RedissonClient.class)
@ConditionalOnLockBackend("redis")
@ConditionalOnMissingBean(LockBackend.class)
@EnableConfigurationProperties({ DistributedLockProperties.class, RedisLockBackendProperties.class })
public final class RedisLockBackendAutoConfiguration {

	private static final Logger logger = LoggerFactory.getLogger(RedisLockBackendAutoConfiguration.class);

	@Bean
	LockRedissonClient lockRedissonClient(ObjectProvider<RedissonClient> clients,
			ObjectProvider<RedisTargetSource> targets) {
		RedissonClient client = clients.getIfUnique();
		if (client != null) {
			return new LockRedissonClient(client, "the server of the application's RedissonClient bean", false);
		}
		RedisTargetSource source = targets.getIfAvailable();
		if (source == null) {
			throw RedisDiagnosis.unconfigured();
		}
		RedisTarget target = source.get();
		try {
			return new LockRedissonClient(Redisson.create(target.config()), target.description(), true);
		}
		catch (RuntimeException ex) {
			throw RedisDiagnosis.unavailable(target.description(), ex);
		}
	}

	@Bean
	RedissonLockBackend redissonLockBackend(LockRedissonClient client, DistributedLockProperties properties,
			RedisLockBackendProperties redisProperties) {
		RedissonLockBackend backend = new RedissonLockBackend(client.client(), properties.getKeyPrefix());
		if (redisProperties.isFailFast()) {
			Duration budget = properties.getCommandTimeout().plus(redisProperties.getConnectTimeout());
			check(backend, client.target(), budget);
		}
		else {
			CompletionStage<?> ignored = backend.probe().exceptionally((ex) -> {
				Throwable cause = (ex instanceof CompletionException && ex.getCause() != null) ? ex.getCause() : ex;
				logger.warn("{}. Locks cannot be acquired until Redis can be used at {}", cause.getMessage(),
						client.target());
				return null;
			});
		}
		return backend;
	}

	private static void check(RedissonLockBackend backend, String target, Duration budget) {
		try {
			backend.probe().toCompletableFuture().get(budget.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (ExecutionException ex) {
			throw RedisDiagnosis.unavailable(target, (ex.getCause() != null) ? ex.getCause() : ex);
		}
		catch (TimeoutException ex) {
			throw RedisDiagnosis.unavailable(target, ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw RedisDiagnosis.unavailable(target, ex);
		}
	}

	/** Where Redis is, if Spring Boot knows. */
	interface RedisTargetSource extends Supplier<RedisTarget> {

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(DataRedisConnectionDetails.class)
	static final class DataRedisConfiguration {

		@Bean
		RedisTargetSource lockRedisTarget(ObjectProvider<DataRedisConnectionDetails> details,
				DistributedLockProperties properties, RedisLockBackendProperties redisProperties,
				Environment environment) {
			return () -> {
				DataRedisConnectionDetails found = details.getIfAvailable();
				if (found == null) {
					throw RedisDiagnosis.unconfigured();
				}
				return new RedisTargetFactory(found, redisProperties, properties.getCommandTimeout(),
						environment.getProperty("spring.data.redis.url"))
					.create();
			};
		}

	}

}
