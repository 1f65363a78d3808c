package dev.distributedlock.test;

import dev.distributedlock.LockListener;
import dev.distributedlock.backend.LockBackend;
import dev.distributedlock.backend.Timeline;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import org.springframework.context.annotation.Role;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.core.Ordered;

/**
 * Auto-configuration for tests: first of all, so that no other store is made.
 */
@AutoConfiguration(beforeName = "dev.distributedlock.autoconfigure.DistributedLockAutoConfiguration")
@AutoConfigureOrder(Ordered.HIGHEST_PRECEDENCE)
final class TestLocksAutoConfiguration {

	private static final String LOCKS = "testLocks";

	private static final String BACKEND = "testLockBackend";

	@Bean(LOCKS)
	TestLocks testLocks() {
		return new TestLocks();
	}

	@Bean(BACKEND)
	@Primary
	LockBackend testLockBackend(TestLocks locks) {
		return locks.backend();
	}

	@Bean
	@Primary
	Timeline testLockTimeline(TestLocks locks) {
		return locks.timeline();
	}

	@Bean
	LockListener testLockListener(TestLocks locks) {
		return locks.listener();
	}

	@Bean
	ApplicationListener<ContextClosedEvent> testLockLooseEnds(TestLocks locks) {
		return new LooseEnds(locks);
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static OtherStores otherStores() {
		return new OtherStores();
	}

	/** Spares the registry, which comes next, to wait for what needs but time. */
	private record LooseEnds(TestLocks locks) implements ApplicationListener<ContextClosedEvent> {

		@Override
		public void onApplicationEvent(ContextClosedEvent event) {
			this.locks.settle();
		}

	}

	/**
	 * Leaves out the stores that the application defines itself. Locks that name one of
	 * them find the store of the test under that name.
	 */
	static final class OtherStores implements BeanDefinitionRegistryPostProcessor {

		private static final Logger logger = LoggerFactory.getLogger(OtherStores.class);

		@Override
		public void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry registry) {
			if (registry instanceof ConfigurableListableBeanFactory beans) {
				for (String name : beans.getBeanNamesForType(LockBackend.class, true, false)) {
					if (!name.equals(BACKEND) && registry.containsBeanDefinition(name)) {
						logger.info("Lock store '{}' is left out: the locks of this test are kept in memory", name);
						registry.removeBeanDefinition(name);
						registry.registerBeanDefinition(name, standIn());
					}
				}
			}
		}

		/**
		 * By a factory method and not by a supplier, so that it can be processed ahead of
		 * time.
		 */
		private static BeanDefinition standIn() {
			RootBeanDefinition standIn = new RootBeanDefinition();
			standIn.setTargetType(LockBackend.class);
			standIn.setFactoryBeanName(LOCKS);
			standIn.setFactoryMethodName("backend");
			standIn.setDefaultCandidate(false);
			return standIn;
		}

	}

}
