package dev.distributedlock.autoconfigure.backend.memory;

import dev.distributedlock.autoconfigure.ConditionalOnLockBackend;
import dev.distributedlock.backend.LockBackend;
import dev.distributedlock.backend.memory.InMemoryLockBackend;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration for locks in memory, for {@code distributed-lock.backend=in-memory}.
 */
@AutoConfiguration(beforeName = "dev.distributedlock.autoconfigure.DistributedLockAutoConfiguration")
@ConditionalOnLockBackend(InMemoryLockBackend.NAME)
public final class InMemoryLockBackendAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(LockBackend.class)
	InMemoryLockBackend inMemoryLockBackend() {
		return new InMemoryLockBackend();
	}

}
