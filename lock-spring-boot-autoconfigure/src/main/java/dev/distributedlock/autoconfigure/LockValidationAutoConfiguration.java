package dev.distributedlock.autoconfigure;

import dev.distributedlock.interceptor.ArgumentsFirst;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Role;

/**
 * Auto-configuration for locked methods of validated beans.
 */
@AutoConfiguration
@ConditionalOnClass(name = "jakarta.validation.Validator")
@ConditionalOnBooleanProperty(name = "distributed-lock.enabled", matchIfMissing = true)
public final class LockValidationAutoConfiguration {

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static ArgumentsFirst lockArgumentsFirst() {
		return new ArgumentsFirst();
	}

}
