package dev.distributedlock.autoconfigure;

import dev.distributedlock.LockListener;
import dev.distributedlock.LockOperations;
import dev.distributedlock.LockRegistry;
import dev.distributedlock.LockSettings;
import dev.distributedlock.LockTemplate;
import dev.distributedlock.LockTransactions;
import dev.distributedlock.backend.LockBackend;
import dev.distributedlock.backend.Ticker;
import dev.distributedlock.core.DefaultLockRegistry;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration for the lock registry, on whatever store there is.
 */
@AutoConfiguration
@EnableConfigurationProperties(DistributedLockProperties.class)
public final class DistributedLockAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	LockSettings lockSettings(DistributedLockProperties properties) {
		return new LockSettingsMapper(properties).map();
	}

	@Bean
	@ConditionalOnMissingBean(LockRegistry.class)
	DefaultLockRegistry lockRegistry(ObjectProvider<LockBackend> backend, DistributedLockProperties properties,
			LockRegistryFactory registries) {
		return registries.create(backend.getIfAvailable(() -> noBackend(properties)));
	}

	@Bean
	LockRegistryFactory lockRegistries(DistributedLockProperties properties, LockSettings settings,
			ObjectProvider<LockListener> listeners, ObjectProvider<Ticker> ticker, Environment environment,
			ListableBeanFactory beans) {
		return new LockRegistryFactory(properties, settings, listeners, ticker, environment, beans);
	}

	private static LockBackend noBackend(DistributedLockProperties properties) {
		throw new LockBackendNotConfiguredException(properties.getBackend());
	}

	@Bean
	@ConditionalOnMissingBean(LockOperations.class)
	LockTemplate distributedLockTemplate(LockRegistry registry, ObjectProvider<LockTransactions> transactions) {
		return new LockTemplate(registry, transactions.getIfAvailable(() -> LockTransactions.NONE));
	}

	@Bean
	@ConditionalOnMissingBean
	LockRegistryLifecycle lockRegistryLifecycle(LockRegistry registry, LockRegistryFactory further) {
		return new LockRegistryLifecycle(registry, further);
	}

}
