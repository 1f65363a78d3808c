package dev.distributedlock.autoconfigure.backend.memory;

import dev.distributedlock.backend.LockBackend;
import dev.distributedlock.backend.memory.InMemoryLockBackend;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration for {@code distributed-lock.enabled=false}: annotated methods are
 * not advised, and code that has a registry injected locks inside this JVM.
 */
@AutoConfiguration(beforeName = "dev.distributedlock.autoconfigure.DistributedLockAutoConfiguration")
@ConditionalOnBooleanProperty(name = "distributed-lock.enabled", havingValue = false)
public final class DisabledLocksAutoConfiguration {

	private static final Logger logger = LoggerFactory.getLogger(DisabledLocksAutoConfiguration.class);

	@Bean
	@ConditionalOnMissingBean(LockBackend.class)
	InMemoryLockBackend inMemoryLockBackend() {
		logger.warn("distributed-lock.enabled is false: @DistributedLock has no effect, and an injected "
				+ "LockRegistry locks inside this JVM only");
		return new InMemoryLockBackend();
	}

}
