package dev.distributedlock.interceptor;

import java.util.function.BiConsumer;

import dev.distributedlock.LockRegistry;
import dev.distributedlock.autoconfigure.DistributedLockAopAutoConfiguration;
import dev.distributedlock.autoconfigure.DistributedLockAutoConfiguration;
import dev.distributedlock.autoconfigure.backend.memory.InMemoryLockBackendAutoConfiguration;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Contexts with locked beans, proxied as Boot does it (subclasses) or through interfaces.
 */
final class LockedBeans {

	private LockedBeans() {
	}

	static ApplicationContextRunner context() {
		return new ApplicationContextRunner()
			.withBean("lockRegistry", RecordingLockRegistry.class, RecordingLockRegistry::new)
			.withConfiguration(
					AutoConfigurations.of(DistributedLockAopAutoConfiguration.class, AopAutoConfiguration.class));
	}

	/** The real engine on the store in memory. */
	static ApplicationContextRunner engine() {
		return new ApplicationContextRunner()
			.withPropertyValues("distributed-lock.backend=in-memory", "distributed-lock.shutdown-timeout=100ms")
			.withConfiguration(AutoConfigurations.of(InMemoryLockBackendAutoConfiguration.class,
					DistributedLockAutoConfiguration.class, DistributedLockAopAutoConfiguration.class,
					AopAutoConfiguration.class));
	}

	static ApplicationContextRunner interfaceProxies() {
		return context().withPropertyValues("spring.aop.proxy-target-class=false");
	}

	static <T> void with(Class<T> type, BiConsumer<T, RecordingLockRegistry> test) {
		with(context(), type, type, test);
	}

	static <T> void with(ApplicationContextRunner runner, Class<? extends T> bean, Class<T> seenAs,
			BiConsumer<T, RecordingLockRegistry> test) {
		runner.withBean(bean).run((context) -> {
			if (context.getStartupFailure() != null) {
				throw new AssertionError("Context did not start", context.getStartupFailure());
			}
			test.accept(context.getBean(seenAs), (RecordingLockRegistry) context.getBean(LockRegistry.class));
		});
	}

	static void startFails(ApplicationContextRunner runner, Class<?> bean, String... parts) {
		runner.withBean(bean).run((context) -> {
			assertThat(context).hasFailed();
			Throwable failure = context.getStartupFailure();
			while (failure != null && !(failure instanceof InvalidLockDeclarationException)) {
				failure = failure.getCause();
			}
			assertThat(failure).isNotNull().hasMessageContainingAll(parts);
		});
	}

}
