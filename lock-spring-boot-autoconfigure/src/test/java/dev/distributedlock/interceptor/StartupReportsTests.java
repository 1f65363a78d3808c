package dev.distributedlock.interceptor;

import java.util.List;
import java.util.Optional;

import dev.distributedlock.LockDefinition;
import dev.distributedlock.LockDefinitions;
import dev.distributedlock.LockRegistry;
import dev.distributedlock.annotation.DistributedLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.beans.factory.ObjectProvider;
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

	@Test
	void propertyThatOnlyASubclassMayHaveIsReported(CapturedOutput output) {
		this.runner.withBean(Readers.class)
			.run((context) -> assertThat(output)
				.containsOnlyOnce(
						"The key \"#open.idd\" of Readers.missing(StartupReportsTests.Open) reads the property 'idd'")
				.doesNotContain("Readers.present", "Readers.unknown"));
	}

	@Test
	void keyThatIsTheSameForAllCallsIsReported(CapturedOutput output) {
		this.runner.withBean(Constant.class)
			.run((context) -> assertThat(output)
				.containsOnlyOnce("The key \"'order'\" of Constant.same(String) is the same for all calls")
				.doesNotContain("Constant.withoutArguments() is the same", "Constant.different(String) is the same"));
	}

	@Test
	void callsOfLockedMethodsWithinTheObjectAreReported(CapturedOutput output) {
		this.runner.withBean(Calling.class)
			.run((context) -> assertThat(output).containsOnlyOnce("calls locked methods of its own object")
				.contains("Calling calls",
						"[direct() calls locked, inLambda() calls locked, reference() calls locked]"));
	}

	@Test
	void callsThroughAnotherReferenceAreNotReported(CapturedOutput output) {
		this.runner.withBean(Careful.class).run((context) -> assertThat(output).doesNotContain("of its own object"));
	}

	public static class Open {

		public String getId() {
			return "1";
		}

	}

	static class Readers {

		@DistributedLock(name = "orders", key = "#open.idd")
		public void missing(Open open) {
		}

		@DistributedLock(name = "orders", key = "#open.id + #open.getId() + #open.id.length() + #open.hashCode()")
		public void present(Open open) {
		}

		@DistributedLock(name = "orders", key = "#any.id + #list[0].id + #optional.id + #array.length")
		public void unknown(Object any, List<Open> list, Optional<Open> optional, Open[] array) {
		}

	}

	static class Constant {

		@DistributedLock(key = "'order'")
		public void same(String id) {
		}

		@DistributedLock(key = "'order'")
		public void withoutArguments() {
		}

		@DistributedLock(key = "'order-' + #id")
		public void different(String id) {
		}

	}

	static class Calling {

		@DistributedLock(name = "orders")
		public void locked() {
		}

		public void direct() {
			locked();
		}

		public Runnable inLambda() {
			return () -> {
				if (hashCode() != 0) {
					locked();
				}
			};
		}

		public Runnable reference() {
			return this::locked;
		}

		@DistributedLock(name = "orders")
		public void recursive(int depth) {
			if (depth > 0) {
				recursive(depth - 1);
			}
		}

	}

	static class Careful {

		private final ObjectProvider<Careful> self;

		Careful(ObjectProvider<Careful> self) {
			this.self = self;
		}

		@DistributedLock(name = "orders")
		public void locked() {
		}

		public void throughProvider() {
			this.self.getObject().locked();
		}

		public void ofAnother(Careful other) {
			other.locked();
		}

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
