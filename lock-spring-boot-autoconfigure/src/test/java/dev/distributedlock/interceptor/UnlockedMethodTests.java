package dev.distributedlock.interceptor;

import java.util.function.Consumer;
import java.util.stream.Stream;

import dev.distributedlock.LockRegistry;
import dev.distributedlock.annotation.DistributedLock;
import dev.distributedlock.annotation.NoLock;
import jakarta.annotation.PostConstruct;
import org.aopalliance.aop.Advice;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.beans.factory.config.BeanDefinitionHolder;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.PriorityOrdered;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Ways to have an annotated method run without its lock, each of which ends with a lock,
 * a refusal to start or a report. {@link LockedMethodMatchingTests} and
 * {@code InvalidLockDeclarationTests} have the usual ones.
 */
@ExtendWith(OutputCaptureExtension.class)
class UnlockedMethodTests {

	private static final String REPORT = "has locked methods but no proxy that locks them";

	static Stream<ApplicationContextRunner> proxies() {
		return Stream.of(LockedBeans.context(), LockedBeans.interfaceProxies());
	}

	@ParameterizedTest
	@MethodSource("proxies")
	void beanThatAFactoryPostProcessorNeedsIsReported(ApplicationContextRunner runner, CapturedOutput output) {
		runner.withBean("early", Plain.class)
			.withBean(EarlyFactoryProcessor.class)
			.run((context) -> assertReported(context, output, "early", Plain.class, "[run]"));
	}

	@ParameterizedTest
	@MethodSource("proxies")
	void beanThatAFirstPostProcessorNeedsIsReported(ApplicationContextRunner runner, CapturedOutput output) {
		runner.withBean("early", Plain.class)
			.withBean(FirstProcessor.class)
			.run((context) -> assertReported(context, output, "early", Plain.class, "[run]"));
	}

	@Test
	void beanThatAPostProcessorNeedsIsLocked(CapturedOutput output) {
		LockedBeans.context()
			.withBean(Plain.class)
			.withBean(LaterProcessor.class)
			.run((context) -> assertLocked(context, output, (locked) -> locked.getBean(Plain.class).run()));
	}

	@ParameterizedTest
	@MethodSource("proxies")
	void objectThatIsRegisteredAsItIsIsReported(ApplicationContextRunner runner, CapturedOutput output) {
		runner
			.withInitializer((context) -> context.getBeanFactory().registerSingleton("registered", new Implementing()))
			.run((context) -> assertReported(context, output, "registered", Implementing.class, "[run]"));
	}

	@Test
	void beanOfTheInfrastructureIsReported(CapturedOutput output) {
		LockedBeans.context()
			.withBean("advice", LockedAdvice.class)
			.run((context) -> assertReported(context, output, "advice", LockedAdvice.class, "[run]"));
	}

	@Test
	void beanThatAsksForNoProxyIsReported(CapturedOutput output) {
		String name = Plain.class.getName() + ".ORIGINAL";
		LockedBeans.context()
			.withBean(name, Plain.class)
			.run((context) -> assertReported(context, output, name, Plain.class, "[run]"));
	}

	@ParameterizedTest
	@MethodSource("proxies")
	void methodThatASuperclassLendsToAnInterfaceIsLocked(ApplicationContextRunner runner, CapturedOutput output) {
		runner.withUserConfiguration(InterfaceConfiguration.class).run((context) -> {
			assertLocked(context, output, (locked) -> locked.getBean(Runs.class).run("42"));
			assertThat(((RecordingLockRegistry) context.getBean(LockRegistry.class)).last().key().value())
				.isEqualTo("runs:42");
		});
	}

	@Test
	void methodThatASuperclassLendsMayBeExempt(CapturedOutput output) {
		LockedBeans.context().withBean(Exempt.class).run((context) -> {
			context.getBean(Exempt.class).run("42");
			assertThat(((RecordingLockRegistry) context.getBean(LockRegistry.class)).requests()).isEmpty();
		});
	}

	@ParameterizedTest
	@MethodSource("proxies")
	void methodsThatNoProxyHasAreRefused(ApplicationContextRunner runner) {
		assertRefused(runner.withBean(PrivateInInterface.class), "runPrivate()", "is private");
		assertRefused(runner.withBean(StaticInInterface.class), "runStatic()", "is static");
		assertRefused(runner.withBean(OfPrivate.class), "run()", "is private");
	}

	@ParameterizedTest
	@MethodSource("proxies")
	void callbacksOfTheContainerAreRefused(ApplicationContextRunner runner) {
		String reason = "is a callback that is not called through the bean's proxy";
		assertRefused(runner.withBean(Constructed.class), "start()", reason, "ApplicationReadyEvent");
		assertRefused(runner.withBean(Initialized.class), "afterPropertiesSet()", reason);
		assertRefused(runner.withBean(WithHash.class), "hashCode()", reason);
		assertRefused(runner.withBean("started", Plain.class, Plain::new,
				(definition) -> definition.setInitMethodName("run")), "run()", reason);
	}

	@Test
	void callbacksOfALockedTypeAreNotLocked(CapturedOutput output) {
		LockedBeans.context().withBean(LockedType.class).run((context) -> {
			LockedType bean = context.getBean(LockedType.class);
			assertThat(bean).hasSameHashCodeAs(bean);
			assertThat(((RecordingLockRegistry) context.getBean(LockRegistry.class)).requests()).isEmpty();
			assertLocked(context, output, (locked) -> bean.run());
		});
	}

	@Test
	void anonymousClassesAndLambdasAreLocked(CapturedOutput output) {
		LockedBeans.context().withBean(Runs.class, () -> new Runs() {

			@Override
			public void run(String id) {
			}

		}).run((context) -> assertLocked(context, output, (locked) -> locked.getBean(Runs.class).run("42")));
		LockedBeans.context().withBean(Runs.class, () -> (id) -> {
		}).run((context) -> assertLocked(context, output, (locked) -> locked.getBean(Runs.class).run("42")));
	}

	@Test
	void overridingMethodWithAnotherReturnTypeIsLocked(CapturedOutput output) {
		LockedBeans.context()
			.withBean(Covariant.class)
			.run((context) -> assertLocked(context, output,
					(locked) -> assertThat(locked.getBean(Covariant.class).get()).isEqualTo("covariant")));
	}

	@Test
	void methodsOfConfigurationClassesAreLocked(CapturedOutput output) {
		LockedBeans.context()
			.withUserConfiguration(LockedConfiguration.class)
			.run((context) -> assertLocked(context, output, (locked) -> locked.getBean("made")));
	}

	@ParameterizedTest
	@MethodSource("proxies")
	void targetOfAScopedProxyIsLockedAndNotReported(ApplicationContextRunner runner, CapturedOutput output) {
		runner.withInitializer(UnlockedMethodTests::registerScoped).run((context) -> {
			assertLocked(context, output, (locked) -> ((Runs) locked.getBean("scoped")).run("42"));
			assertThat(output).doesNotContain(REPORT);
		});
	}

	private static void registerScoped(ConfigurableApplicationContext context) {
		RootBeanDefinition definition = new RootBeanDefinition(Implementing.class);
		definition.setScope("prototype");
		BeanDefinitionRegistry registry = (BeanDefinitionRegistry) context.getBeanFactory();
		BeanDefinitionHolder proxy = ScopedProxyUtils.createScopedProxy(new BeanDefinitionHolder(definition, "scoped"),
				registry, /* proxyTargetClass= */ true);
		registry.registerBeanDefinition("scoped", proxy.getBeanDefinition());
	}

	private static void assertLocked(AssertableApplicationContext context, CapturedOutput output,
			Consumer<AssertableApplicationContext> call) {
		assertThat(context).hasNotFailed();
		call.accept(context);
		assertThat(((RecordingLockRegistry) context.getBean(LockRegistry.class)).requests()).isNotEmpty();
		assertThat(output).doesNotContain(REPORT);
	}

	private static void assertReported(AssertableApplicationContext context, CapturedOutput output, String bean,
			Class<?> type, String methods) {
		assertThat(context).hasNotFailed();
		assertThat(output).containsOnlyOnce(REPORT)
			.contains("WARN", "'" + bean + "' of type " + type.getName(), "WITHOUT the lock: " + methods,
					"use LockOperations");
	}

	private static void assertRefused(ApplicationContextRunner runner, String... message) {
		runner.run((context) -> assertThat(context).getFailure()
			.rootCause()
			.isInstanceOf(InvalidLockDeclarationException.class)
			.hasMessageContainingAll(message));
	}

	static class Plain {

		@DistributedLock(name = "plain")
		public void run() {
		}

	}

	static class EarlyFactoryProcessor implements BeanFactoryPostProcessor {

		@Override
		public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
			beanFactory.getBean(Plain.class);
		}

	}

	static class LaterProcessor implements BeanPostProcessor {

		LaterProcessor(Plain plain) {
			assertThat(plain).isNotNull();
		}

	}

	static class FirstProcessor implements BeanPostProcessor, PriorityOrdered, BeanFactoryAware {

		@Override
		public void setBeanFactory(BeanFactory beanFactory) {
			beanFactory.getBean(Plain.class);
		}

		@Override
		public int getOrder() {
			return 0;
		}

	}

	static class LockedAdvice implements Advice {

		@DistributedLock(name = "plain")
		public void run() {
		}

	}

	@FunctionalInterface
	interface Runs {

		@DistributedLock(name = "runs", key = "#id")
		void run(String id);

	}

	static class Lender {

		public void run(String otherName) {
		}

	}

	static class Implementing extends Lender implements Runs {

	}

	static class ExemptLender {

		@NoLock
		public void run(String id) {
		}

	}

	static class Exempt extends ExemptLender implements Runs {

	}

	@Configuration(proxyBeanMethods = false)
	static class InterfaceConfiguration {

		@Bean
		Runs runs() {
			return new Implementing();
		}

	}

	interface HasPrivate {

		default void call() {
			runPrivate();
		}

		@DistributedLock(name = "private")
		private void runPrivate() {
		}

	}

	static class PrivateInInterface implements HasPrivate {

	}

	interface HasStatic {

		@DistributedLock(name = "static")
		static void runStatic() {
		}

	}

	static class StaticInInterface implements HasStatic {

	}

	static class PrivateBase {

		void call() {
			run();
		}

		@DistributedLock(name = "base")
		private void run() {
		}

	}

	static class OfPrivate extends PrivateBase {

	}

	static class Constructed {

		@PostConstruct
		@DistributedLock(name = "constructed")
		public void start() {
		}

	}

	static class Initialized implements InitializingBean {

		@Override
		@DistributedLock(name = "initialized")
		public void afterPropertiesSet() {
		}

	}

	static class WithHash {

		@Override
		public boolean equals(Object other) {
			return this == other;
		}

		@Override
		@DistributedLock(name = "hash")
		public int hashCode() {
			return 1;
		}

	}

	@DistributedLock(name = "type")
	static class LockedType {

		@PostConstruct
		public void start() {
		}

		public void run() {
		}

		@Override
		public boolean equals(Object other) {
			return this == other;
		}

		@Override
		public int hashCode() {
			return 1;
		}

	}

	static class CovariantBase {

		@DistributedLock(name = "base")
		public Object get() {
			return "base";
		}

	}

	static class Covariant extends CovariantBase {

		@Override
		public String get() {
			return "covariant";
		}

	}

	@Configuration
	static class LockedConfiguration {

		@Bean
		@DistributedLock(name = "made")
		Object made() {
			return new Object();
		}

	}

}
