package dev.distributedlock.autoconfigure.fencing.redis;

import dev.distributedlock.autoconfigure.DistributedLockProperties;
import dev.distributedlock.fencing.redis.FenceCommands;
import dev.distributedlock.fencing.redis.RedisFencingGuard;
import dev.distributedlock.fencing.redis.RedissonFenceCommands;
import dev.distributedlock.fencing.redis.TemplateFenceCommands;
import org.redisson.api.RedissonClient;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.data.redis.core.StringRedisTemplate;

/**
 * Auto-configuration of the fencing guard for Redis, over the client with which the
 * application itself writes: its {@link RedissonClient} bean, else its
 * {@link StringRedisTemplate}. The client that is made for locks alone is not used, as
 * there may be other servers behind it than those that are written to.
 */
@AutoConfiguration(afterName = { "org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration",
		"org.redisson.spring.starter.RedissonAutoConfigurationV4" })
@EnableConfigurationProperties({ DistributedLockProperties.class, RedisFencingGuardProperties.class })
public final class RedisFencingGuardAutoConfiguration {

	@Bean
	@ConditionalOnBean(FenceCommands.class)
	@ConditionalOnMissingBean
	RedisFencingGuard redisFencingGuard(FenceCommands commands, DistributedLockProperties properties,
			RedisFencingGuardProperties redisProperties) {
		return new RedisFencingGuard(commands, properties.getKeyPrefix(), redisProperties.getRetention());
	}

	@Configuration(proxyBeanMethods = false)
	@Order(1)
	@ConditionalOnClass(RedissonClient.class)
	@ConditionalOnSingleCandidate(RedissonClient.class)
	@ConditionalOnMissingBean(FenceCommands.class)
	static final class RedissonConfiguration {

		@Bean
		RedissonFenceCommands redissonFenceCommands(RedissonClient client) {
			return new RedissonFenceCommands(client);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Order(2)
	@ConditionalOnClass(StringRedisTemplate.class)
	@ConditionalOnSingleCandidate(StringRedisTemplate.class)
	@ConditionalOnMissingBean(FenceCommands.class)
	static final class TemplateConfiguration {

		@Bean
		TemplateFenceCommands templateFenceCommands(StringRedisTemplate template) {
			return new TemplateFenceCommands(template);
		}

	}

}
