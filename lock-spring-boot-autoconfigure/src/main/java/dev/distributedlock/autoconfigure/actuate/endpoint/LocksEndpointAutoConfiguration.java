package dev.distributedlock.autoconfigure.actuate.endpoint;

import java.util.List;
import java.util.Map;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.endpoint.expose.EndpointExposure;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

import dev.distributedlock.LockDefinition;
import dev.distributedlock.LockDefinitions;
import dev.distributedlock.LockMonitor;
import dev.distributedlock.LockOptions;
import dev.distributedlock.LockSettings;
import dev.distributedlock.actuate.endpoint.LocksEndpoint;
import dev.distributedlock.actuate.endpoint.LocksEndpointWebExtension;
import dev.distributedlock.autoconfigure.DistributedLockProperties;
import dev.distributedlock.backend.LockBackend;

/**
 * {@link AutoConfiguration Auto-configuration} for the {@link LocksEndpoint}.
 */
@AutoConfiguration(afterName = "dev.distributedlock.autoconfigure.DistributedLockAutoConfiguration")
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnBean({ LockBackend.class, LockMonitor.class })
@ConditionalOnAvailableEndpoint(LocksEndpoint.class)
@EnableConfigurationProperties(LocksEndpointProperties.class)
public final class LocksEndpointAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	LocksEndpoint locksEndpoint(LockBackend backend, LockMonitor monitor, ObjectProvider<LockSettings> settings,
			ObjectProvider<LockDefinitions> definitions, ObjectProvider<DistributedLockProperties> lockProperties,
			LocksEndpointProperties properties) {
		DistributedLockProperties locks = lockProperties.getIfAvailable();
		return new LocksEndpoint(backend, monitor,
				settings.getIfAvailable(() -> new LockSettings(LockOptions.NONE, Map.of())),
				() -> allDefinitions(definitions), (locks != null) ? locks.getInstanceName() : null,
				properties.getShowValues());
	}

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnBean(LocksEndpoint.class)
	@ConditionalOnAvailableEndpoint(exposure = EndpointExposure.WEB)
	LocksEndpointWebExtension locksEndpointWebExtension(LocksEndpoint locksEndpoint,
			LocksEndpointProperties properties) {
		return new LocksEndpointWebExtension(locksEndpoint, properties.getShowValues(), properties.getRoles());
	}

	private static List<LockDefinition> allDefinitions(ObjectProvider<LockDefinitions> definitions) {
		return definitions.orderedStream().flatMap((some) -> some.all().stream()).toList();
	}

}
