package dev.distributedlock.architecture.planted.autoconfigure;

import dev.distributedlock.architecture.planted.autoconfigure.health.HealthPart;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/**
 * Planted: an auto-configuration that is not final, has a public bean method with a
 * condition on a class, and knows the configuration of a bridge.
 */
@AutoConfiguration
public class OpenAutoConfiguration {

	/**
	 * Planted.
	 * @return a bean
	 */
	@Bean
	@ConditionalOnClass(String.class)
	public HealthPart bean() {
		return new HealthPart();
	}

}
