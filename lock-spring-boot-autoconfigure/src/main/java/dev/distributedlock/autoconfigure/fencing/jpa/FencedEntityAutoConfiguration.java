package dev.distributedlock.autoconfigure.fencing.jpa;

import dev.distributedlock.fencing.jpa.FencedEntityCheck;
import jakarta.persistence.EntityManagerFactory;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of the check that entities which want to be fenced are.
 */
@AutoConfiguration(afterName = "org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration")
@ConditionalOnClass(EntityManagerFactory.class)
@ConditionalOnBean(EntityManagerFactory.class)
public final class FencedEntityAutoConfiguration {

	@Bean
	SmartInitializingSingleton fencedEntityCheck(ObjectProvider<EntityManagerFactory> units) {
		return () -> units.stream().forEach(FencedEntityCheck::verify);
	}

}
