package dev.distributedlock.autoconfigure;

import dev.distributedlock.LockRegistry;
import dev.distributedlock.interceptor.DistributedLockAdvisor;
import dev.distributedlock.interceptor.LockDeclarationCheck;
import dev.distributedlock.interceptor.LockNamingReport;
import dev.distributedlock.interceptor.LockOperationSource;

import org.springframework.aop.config.AopConfigUtils;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.context.annotation.Role;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;

/**
 * Auto-configuration of the advice around methods with
 * {@link dev.distributedlock.annotation.DistributedLock}.
 * <p>
 * Its beans are made while post-processors are registered. They are static, part of the
 * infrastructure, and ask for nothing that an application could post-process.
 */
@AutoConfiguration
@ConditionalOnBooleanProperty(name = "distributed-lock.enabled", matchIfMissing = true)
@Import(DistributedLockAopAutoConfiguration.AutoProxyCreatorRegistrar.class)
public final class DistributedLockAopAutoConfiguration {

	private static final int DEFAULT_ORDER = new DistributedLockProperties().getAop().getOrder();

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static LockOperationSource lockOperationSource(Environment environment) {
		return new LockOperationSource(environment);
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static DistributedLockAdvisor distributedLockAdvisor(LockOperationSource operations,
			ObjectProvider<LockRegistry> registry, Environment environment) {
		int order = Binder.get(environment).bind("distributed-lock.aop.order", Integer.class).orElse(DEFAULT_ORDER);
		return new DistributedLockAdvisor(operations, registry::getObject, order);
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static LockDeclarationCheck lockDeclarationCheck(LockOperationSource operations) {
		return new LockDeclarationCheck(operations);
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static LockNamingReport lockNamingReport(LockOperationSource operations) {
		return new LockNamingReport(operations);
	}

	/** Needed where {@code spring.aop.auto} is off; does nothing where it is on. */
	static final class AutoProxyCreatorRegistrar implements ImportBeanDefinitionRegistrar {

		@Override
		public void registerBeanDefinitions(AnnotationMetadata metadata, BeanDefinitionRegistry registry) {
			AopConfigUtils.registerAutoProxyCreatorIfNecessary(registry);
		}

	}

}
