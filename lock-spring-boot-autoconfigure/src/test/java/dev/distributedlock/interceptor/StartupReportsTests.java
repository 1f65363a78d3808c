package dev.distributedlock.interceptor;

import dev.distributedlock.LockDefinition;
import dev.distributedlock.LockDefinitions;
import dev.distributedlock.LockRegistry;
import dev.distributedlock.annotation.DistributedLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What an application is told when it starts.
 */
@ExtendWith(OutputCaptureExtension.class)
class StartupReportsTests {

	private static final String UNKNOWN = "are the name of no annotated lock";

	private final ApplicationContextRunner runner = LockedBeans.engine().withBean(Orders.class);

	@Test
	void configuredNameThatNoAnnotationDeclaresIsReportedWithTheLikelyOne(CapturedOutput output) {
		this.runner
			.withPropertyValues("distributed-lock.locks.ordres.wait-time=1s",
					"distributed-lock.locks.other.renew=false")
			.run((context) -> assertThat(output).containsOnlyOnce(UNKNOWN)
				.contains("'ordres' (did you mean 'orders'?)", "'other'")
				.doesNotContain("'other' (did"));
	}

	@Test
	void configuredNamesOfDeclaredLocksAreNotReported(CapturedOutput output) {
		this.runner
			.withPropertyValues("distributed-lock.locks.orders.wait-time=1s",
					"distributed-lock.locks[Orders.unnamed].wait-time=1s")
			.run((context) -> assertThat(output).doesNotContain(UNKNOWN));
	}

	@Test
	void locksOfLazyBeansAreKnownWithoutMakingThem(CapturedOutput output) {
		this.runner.withBean("lazy", Lazy.class, Lazy::new, (definition) -> definition.setLazyInit(true))
			.withPropertyValues("distributed-lock.locks.lazy.wait-time=1s")
			.run((context) -> {
				assertThat(output).doesNotContain(UNKNOWN);
				assertThat(context.getBean(LockDefinitions.class).all()).extracting(LockDefinition::name)
					.contains("lazy");
				assertThat(context.getBeanFactory().containsSingleton("lazy")).isFalse();
				assertThat(context.getBean(LockRegistry.class)).isNotNull();
			});
	}

	@Test
	void mistakesInLazyBeansStopTheStart() {
		this.runner.withBean(LazyMistake.class, LazyMistake::new, (definition) -> definition.setLazyInit(true))
			.run((context) -> assertThat(context.getStartupFailure())
				.isInstanceOf(InvalidLockDeclarationException.class)
				.hasMessageContainingAll("LazyMistake.run()", "is final"));
	}

	static class Orders {

		@DistributedLock(name = "orders")
		public void named() {
		}

		@DistributedLock
		public void unnamed() {
		}

	}

	static class Lazy {

		@DistributedLock(name = "lazy")
		public void run() {
		}

	}

	static class LazyMistake {

		@DistributedLock(name = "mistake")
		public final void run() {
		}

	}

}
