package dev.distributedlock.autoconfigure.health;

import java.util.concurrent.CompletableFuture;

import dev.distributedlock.actuate.FixedLocks;
import dev.distributedlock.health.LockHealthIndicator;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.autoconfigure.registry.HealthContributorRegistryAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.health.registry.HealthContributorRegistry;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LockHealthContributorAutoConfiguration}.
 */
class LockHealthContributorAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(LockHealthContributorAutoConfiguration.class,
				HealthContributorAutoConfiguration.class, HealthContributorRegistryAutoConfiguration.class));

	private final ApplicationContextRunner withLocks = this.runner.withBean(FixedLocks.class);

	@Test
	void componentIsCalledDistributedLock() {
		this.withLocks.run((context) -> {
			assertThat(context).hasBean("distributedLockHealthIndicator").hasSingleBean(LockHealthIndicator.class);
			assertThat(context.getBean(HealthContributorRegistry.class).getContributor("distributedLock"))
				.isSameAs(context.getBean(LockHealthIndicator.class));
		});
	}

	@Test
	void userBeanWins() {
		this.withLocks
			.withBean("distributedLockHealthIndicator", HealthIndicator.class,
					() -> () -> Health.outOfService().build())
			.run((context) -> assertThat(context).doesNotHaveBean(LockHealthIndicator.class).hasNotFailed());
	}

	@Test
	void propertySwitchesItOff() {
		this.withLocks.withPropertyValues("management.health.distributedlock.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(LockHealthIndicator.class));
	}

	@Test
	void withoutLocksThereIsNoIndicator() {
		this.runner.run((context) -> assertThat(context).doesNotHaveBean(LockHealthIndicator.class));
	}

	@Test
	void withoutHealthModuleThereIsNoIndicator() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(LockHealthContributorAutoConfiguration.class))
			.withClassLoader(new FilteredClassLoader(HealthIndicator.class))
			.withBean(FixedLocks.class)
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("distributedLockHealthIndicator"));
	}

	@Test
	void timeoutIsConfigured() {
		this.withLocks.withPropertyValues("management.health.distributedlock.timeout=30ms").run((context) -> {
			context.getBean(FixedLocks.class).answer = CompletableFuture::new;
			assertThat(context.getBean(LockHealthIndicator.class).health().getDetails()).containsEntry("error",
					"No answer within PT0.03S");
		});
	}

	@Test
	void timeToLiveIsConfigured() {
		this.withLocks.withPropertyValues("management.health.distributedlock.time-to-live=0s").run((context) -> {
			LockHealthIndicator indicator = context.getBean(LockHealthIndicator.class);
			assertThat(indicator.health().getStatus()).isEqualTo(Status.UP);
			assertThat(indicator.health().getStatus()).isEqualTo(Status.UP);
			assertThat(context.getBean(FixedLocks.class).probes).hasValue(2);
		});
	}

}
