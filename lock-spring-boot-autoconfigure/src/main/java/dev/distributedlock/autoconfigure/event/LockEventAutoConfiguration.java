package dev.distributedlock.autoconfigure.event;

import dev.distributedlock.event.LockEventPublisher;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of application events for what happens to locks.
 */
@AutoConfiguration
@ConditionalOnBooleanProperty(name = "distributed-lock.events.enabled", matchIfMissing = true)
@EnableConfigurationProperties(LockEventProperties.class)
public final class LockEventAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	LockEventPublisher lockEventPublisher(ApplicationContext context) {
		return new LockEventPublisher(context);
	}

}
