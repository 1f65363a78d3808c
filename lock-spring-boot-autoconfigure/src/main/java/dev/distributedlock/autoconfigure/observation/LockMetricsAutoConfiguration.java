package dev.distributedlock.autoconfigure.observation;

import dev.distributedlock.LockDefinitions;
import dev.distributedlock.LockRegistry;
import dev.distributedlock.LockSettings;
import dev.distributedlock.backend.LockBackend;
import dev.distributedlock.observation.LockMetrics;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * {@link AutoConfiguration Auto-configuration} for the meters of locks.
 */
@AutoConfiguration(afterName = { "dev.distributedlock.autoconfigure.DistributedLockAutoConfiguration",
		"org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration",
		"org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration" })
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean({ MeterRegistry.class, LockRegistry.class, LockBackend.class })
public final class LockMetricsAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	LockMetrics lockMetrics(LockBackend backend, ObjectProvider<LockDefinitions> definitions,
			ObjectProvider<LockSettings> settings) {
		return new LockMetrics((name) -> definitions.stream()
			.map((declared) -> declared.backendOf(name))
			.filter((further) -> !further.isEmpty())
			.findFirst()
			.orElse(backend.name()), new DeclaredLockNames(definitions, settings));
	}

	@Bean
	LockMetricsRegistration lockMetricsRegistration(ObjectProvider<LockMetrics> metrics) {
		return new LockMetricsRegistration(metrics);
	}

}
