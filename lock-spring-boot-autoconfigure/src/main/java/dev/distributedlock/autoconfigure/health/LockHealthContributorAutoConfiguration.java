package dev.distributedlock.autoconfigure.health;

import dev.distributedlock.LockMonitor;
import dev.distributedlock.backend.LockBackend;
import dev.distributedlock.backend.Ticker;
import dev.distributedlock.health.LockHealthIndicator;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/**
 * {@link AutoConfiguration Auto-configuration} for the health of the lock store.
 */
@AutoConfiguration(afterName = "dev.distributedlock.autoconfigure.DistributedLockAutoConfiguration",
		beforeName = "org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration")
@ConditionalOnClass({ HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class })
@ConditionalOnBean({ LockBackend.class, LockMonitor.class })
@ConditionalOnEnabledHealthIndicator("distributedlock")
@EnableConfigurationProperties(LockHealthIndicatorProperties.class)
public final class LockHealthContributorAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(name = { "distributedLockHealthIndicator", "distributedLockHealthContributor" })
	LockHealthIndicator distributedLockHealthIndicator(LockBackend backend, LockMonitor monitor,
			LockHealthIndicatorProperties properties, ObjectProvider<Ticker> ticker) {
		return new LockHealthIndicator(backend, monitor, properties.getTimeout(), properties.getTimeToLive(),
				ticker.getIfAvailable(Ticker::system));
	}

}
