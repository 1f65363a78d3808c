package dev.distributedlock.autoconfigure.fencing.redis;

import java.util.List;

import dev.distributedlock.fencing.redis.FenceCommands;
import dev.distributedlock.fencing.redis.RedisFencingGuard;
import dev.distributedlock.fencing.redis.RedissonFenceCommands;
import dev.distributedlock.fencing.redis.TemplateFenceCommands;
import dev.distributedlock.testsupport.RedisServer;
import org.junit.jupiter.api.Test;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

class RedisFencingGuardAutoConfigurationTests {

	private final ApplicationContextRunner contexts = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(RedisFencingGuardAutoConfiguration.class));

	private final ApplicationContextRunner withTemplate = this.contexts
		.withConfiguration(AutoConfigurations.of(DataRedisAutoConfiguration.class));

	@Test
	void withoutClientOfTheApplicationThereIsNoGuard() {
		this.contexts.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(RedisFencingGuard.class));
	}

	@Test
	void templateOfTheApplicationIsUsed() {
		this.withTemplate.run((context) -> assertThat(context).hasSingleBean(RedisFencingGuard.class)
			.getBean(FenceCommands.class)
			.isInstanceOf(TemplateFenceCommands.class));
		this.withTemplate.withClassLoader(new FilteredClassLoader("org.redisson"))
			.run((context) -> assertThat(context).hasSingleBean(RedisFencingGuard.class));
	}

	@Test
	void redissonClientOfTheApplicationIsPreferred() {
		this.withTemplate.withBean(RedissonClient.class, () -> {
			Config config = new Config();
			config.useSingleServer()
				.setAddress(RedisServer.shared().url())
				.setConnectionMinimumIdleSize(1)
				.setConnectionPoolSize(2);
			return Redisson.create(config);
		}).run((context) -> assertThat(context).getBean(FenceCommands.class).isInstanceOf(RedissonFenceCommands.class));
	}

	@Test
	void ownCommandsWin() {
		FenceCommands own = (script, keys, arguments) -> List.of(1L);
		this.withTemplate.withBean(FenceCommands.class, () -> own)
			.run((context) -> assertThat(context).getBean(FenceCommands.class).isSameAs(own));
	}

	@Test
	void withoutClientLibrariesThereIsNoGuard() {
		this.contexts.withClassLoader(new FilteredClassLoader("org.redisson", "org.springframework.data.redis"))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(RedisFencingGuard.class));
	}

	@Test
	void retentionIsChecked() {
		this.withTemplate.withPropertyValues("distributed-lock.fencing.redis.retention=0s")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessage("'retention' must be positive but was PT0S"));
	}

}
