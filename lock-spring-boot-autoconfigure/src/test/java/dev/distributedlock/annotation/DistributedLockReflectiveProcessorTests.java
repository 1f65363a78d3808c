package dev.distributedlock.annotation;

import org.junit.jupiter.api.Test;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.annotation.ReflectiveRuntimeHintsRegistrar;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;

import static org.assertj.core.api.Assertions.assertThat;

class DistributedLockReflectiveProcessorTests {

	private final RuntimeHints hints = new RuntimeHints();

	@Test
	void parametersOfLockedMethodsAreReadable() throws NoSuchMethodException {
		new ReflectiveRuntimeHintsRegistrar().registerRuntimeHints(this.hints, Orders.class);
		assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(Order.class.getMethod("id")))
			.accepts(this.hints);
		assertThat(RuntimeHintsPredicates.reflection().onType(Unlocked.class)).rejects(this.hints);
	}

	@Test
	void parametersOfLockedTypesAreReadable() throws NoSuchMethodException {
		new ReflectiveRuntimeHintsRegistrar().registerRuntimeHints(this.hints, LockedType.class);
		assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(Order.class.getMethod("id")))
			.accepts(this.hints);
	}

	@Test
	void fallbacksMayBeCalled() throws NoSuchMethodException {
		new ReflectiveRuntimeHintsRegistrar().registerRuntimeHints(this.hints, Orders.class);
		assertThat(RuntimeHintsPredicates.reflection()
			.onMethodInvocation(Orders.class.getDeclaredMethod("payLater", Order.class))).accepts(this.hints);
	}

	@Test
	void parametersOfRepeatedAndComposedLocksAreReadable() throws NoSuchMethodException {
		new ReflectiveRuntimeHintsRegistrar().registerRuntimeHints(this.hints, Repeated.class, Composed.class);
		assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(Order.class.getMethod("id")))
			.accepts(this.hints);
		assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(Unlocked.class.getMethod("id")))
			.accepts(this.hints);
	}

	record Order(String id) {
	}

	record Unlocked(String id) {
	}

	static class Orders {

		@DistributedLock(key = "#order.id", fallback = "payLater")
		public void pay(Order order) {
		}

		@SuppressWarnings("unused")
		private void payLater(Order order) {
		}

		public void look(Unlocked unlocked) {
		}

	}

	@DistributedLock(key = "#order.id")
	static class LockedType {

		public void pay(Order order) {
		}

	}

	static class Repeated {

		@DistributedLock(name = "one", key = "#order.id")
		@DistributedLock(name = "two", key = "#order.id")
		public void pay(Order order) {
		}

	}

	static class Composed {

		@TryLock(key = "#unlocked.id")
		public void pay(Unlocked unlocked) {
		}

	}

}
