package dev.distributedlock.test;

import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.test.context.TestContextManager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * How contexts are shared, reset and closed.
 */
class TestLocksContextTests {

	@Test
	void testClassesWithTheSameConfigurationShareAContext() {
		assertThat(context(First.class)).isSameAs(context(Second.class)).isNotSameAs(context(Other.class));
	}

	@Test
	void locksAreResetAfterEachTestMethod() throws Exception {
		TestContextManager manager = new TestContextManager(First.class);
		TestLocks locks = context(First.class).getBean(TestLocks.class);
		locks.holdElsewhere("orders", "42");
		manager.afterTestMethod(new First(), First.class.getDeclaredMethod("test"), null);
		assertThat(locks).isFree("orders", "42");
	}

	@Test
	void contextIsNotLoadedToBeReset() {
		TestContextManager manager = new TestContextManager(NeverLoaded.class);
		new TestLocksResetListener().afterTestMethod(manager.getTestContext());
		assertThat(manager.getTestContext().hasApplicationContext()).isFalse();
	}

	@Test
	void testWithoutTheAnnotationHasTheStoreOfTheApplication() {
		assertThatExceptionOfType(NoSuchBeanDefinitionException.class)
			.isThrownBy(() -> context(Other.class).getBean(TestLocks.class));
	}

	@Test
	void contextIsClosedWithoutDelay() {
		ApplicationContext context = context(Closed.class);
		TestLocks locks = context.getBean(TestLocks.class);
		locks.holdElsewhere("orders", "42");
		locks.skipWaits();
		// Leaves a release behind that is repeated a while later, in case it came first.
		assertThat(context.getBean(Shop.class).tryPay("42")).isEmpty();
		long start = System.nanoTime();
		((ConfigurableApplicationContext) context).close();
		assertThat(System.nanoTime() - start).isLessThan(1_500_000_000L);
	}

	private static ApplicationContext context(Class<?> testClass) {
		return new TestContextManager(testClass).getTestContext().getApplicationContext();
	}

	@SpringBootTest(classes = Shop.class)
	@AutoConfigureTestLocks
	static class First {

		void test() {
		}

	}

	@SpringBootTest(classes = Shop.class)
	@AutoConfigureTestLocks
	static class Second {

	}

	@SpringBootTest(classes = Shop.class)
	static class Other {

	}

	@SpringBootTest(classes = Shop.class, properties = "closed=true")
	@AutoConfigureTestLocks
	static class Closed {

	}

	@SpringBootTest(classes = Shop.class, properties = "never=loaded")
	@AutoConfigureTestLocks
	static class NeverLoaded {

	}

}
