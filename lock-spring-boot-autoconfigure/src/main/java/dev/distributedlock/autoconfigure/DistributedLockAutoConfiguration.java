package dev.distributedlock.autoconfigure;

import dev.distributedlock.LockListener;
import dev.distributedlock.LockOperations;
import dev.distributedlock.LockRegistry;
import dev.distributedlock.LockSettings;
import dev.distributedlock.LockTemplate;
import dev.distributedlock.backend.LockBackend;
import dev.distributedlock.backend.Ticker;
import dev.distributedlock.core.DefaultLockRegistry;

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
			LockSettings settings, ObjectProvider<LockListener> listeners, ObjectProvider<Ticker> ticker,
			Environment environment) {
		DistributedLockProperties.HandOver handOver = properties.getHandOver();
		DefaultLockRegistry.Builder builder = DefaultLockRegistry
			.builder(backend.getIfAvailable(() -> noBackend(properties)))
			.settings(settings)
			.ticker(ticker.getIfAvailable(Ticker::system))
			.instance(InstanceName.of(properties, environment))
			.commandTimeout(properties.getCommandTimeout())
			.shutdownTimeout(properties.getShutdownTimeout())
			.handOver(handOver.getMaxPasses(), handOver.getMaxTime())
			.keepFor(handOver.getKeepFor())
			.barging(handOver.isBarging())
			.asynchronousRelease(properties.getRelease().isAsynchronous());
		listeners.orderedStream().forEach(builder::listener);
		return builder.build();
	}

	private static LockBackend noBackend(DistributedLockProperties properties) {
		throw new LockBackendNotConfiguredException(properties.getBackend());
	}

	@Bean
	@ConditionalOnMissingBean(LockOperations.class)
	LockTemplate distributedLockTemplate(LockRegistry registry) {
		return new LockTemplate(registry);
	}

	@Bean
	@ConditionalOnMissingBean
	LockRegistryLifecycle lockRegistryLifecycle(LockRegistry registry) {
		return new LockRegistryLifecycle(registry);
	}

}
