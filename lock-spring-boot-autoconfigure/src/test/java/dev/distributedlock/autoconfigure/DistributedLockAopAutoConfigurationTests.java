package dev.distributedlock.autoconfigure;

import java.util.concurrent.atomic.AtomicInteger;

import dev.distributedlock.LockDefinitions;
import dev.distributedlock.LockRegistry;
import dev.distributedlock.annotation.DistributedLock;
import dev.distributedlock.interceptor.DistributedLockAdvisor;
import dev.distributedlock.interceptor.RecordingLockRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(OutputCaptureExtension.class)
class DistributedLockAopAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DistributedLockAopAutoConfiguration.class, AopAutoConfiguration.class))
		.withUserConfiguration(Application.class);

	@Test
	void isListedForBoot() {
		assertThat(ImportCandidates.load(AutoConfiguration.class, getClass().getClassLoader()))
			.contains(DistributedLockAopAutoConfiguration.class.getName());
	}

	@Test
	void locksAnnotatedMethods() {
		this.runner.run((context) -> {
			context.getBean(Service.class).run("1");
			assertThat(context.getBean(RecordingLockRegistry.class).events()).containsExactly("LOCK", "UNLOCK");
			assertThat(context).hasSingleBean(LockDefinitions.class);
			assertThat(context.getBean(DistributedLockAdvisor.class).getOrder())
				.isEqualTo(Ordered.LOWEST_PRECEDENCE - 100);
		});
	}

	@Test
	void orderIsConfigurable() {
		this.runner.withPropertyValues("distributed-lock.aop.order=7")
			.run((context) -> assertThat(context.getBean(DistributedLockAdvisor.class).getOrder()).isEqualTo(7));
	}

	@Test
	void disabledMethodsRunWithoutLock() {
		this.runner.withPropertyValues("distributed-lock.enabled=false").run((context) -> {
			assertThat(context).doesNotHaveBean(DistributedLockAdvisor.class).doesNotHaveBean(LockDefinitions.class);
			assertThat(AopUtils.isAopProxy(context.getBean(Service.class))).isFalse();
			context.getBean(Service.class).run("1");
			assertThat(context.getBean(RecordingLockRegistry.class).events()).isEmpty();
		});
	}

	@Test
	void needsNoAutoProxyingOfBoot() {
		this.runner.withPropertyValues("spring.aop.auto=false").run((context) -> {
			context.getBean(Service.class).run("1");
			assertThat(context.getBean(RecordingLockRegistry.class).events()).containsExactly("LOCK", "UNLOCK");
		});
	}

	@Test
	void registryIsMadeByTheFirstCallAndOnce() {
		AtomicInteger made = new AtomicInteger();
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(DistributedLockAopAutoConfiguration.class, AopAutoConfiguration.class))
			.withBean(Service.class)
			.withBean(LockRegistry.class, () -> {
				made.incrementAndGet();
				return new RecordingLockRegistry();
			}, (definition) -> definition.setLazyInit(true))
			.run((context) -> {
				assertThat(made).hasValue(0);
				context.getBean(Service.class).run("1");
				context.getBean(Service.class).run("2");
				assertThat(made).hasValue(1);
			});
	}

	@Test
	void nothingIsMadeTooEarlyForPostProcessorsOfTheApplication(CapturedOutput output) {
		this.runner.withUserConfiguration(PostProcessors.class, Properties.class).run((context) -> {
			context.getBean(Service.class).run("1");
			assertThat(context.getBean(RecordingLockRegistry.class).events()).containsExactly("LOCK", "UNLOCK");
			assertThat(output).doesNotContain("not eligible for getting processed by all BeanPostProcessors");
		});
	}

	@Test
	void earlyBeansAreReportedByTheCaptureThatProvesTheirAbsence(CapturedOutput output) {
		this.runner.withUserConfiguration(EarlyBeans.class)
			.run((context) -> assertThat(output)
				.contains("not eligible for getting processed by all BeanPostProcessors"));
	}

	@Test
	void keysWithoutNamesOfDifferentMethodsAreReported(CapturedOutput output) {
		this.runner.withBean(Other.class)
			.run((context) -> assertThat(output).containsOnlyOnce("have a key but no name")
				.contains("#id on Other.pay(String)", "#id on Service.run(String)")
				.doesNotContain("Other.named("));
	}

	@Test
	void oneKeyWithoutNameIsNotReported(CapturedOutput output) {
		this.runner.run((context) -> assertThat(output).doesNotContain("have a key but no name"));
	}

	static class Service {

		@DistributedLock(key = "#id")
		public void run(String id) {
		}

	}

	static class Other {

		@DistributedLock(key = "#id")
		public void pay(String id) {
		}

		@DistributedLock(name = "named", key = "#id")
		public void named(String id) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Application {

		@Bean
		RecordingLockRegistry lockRegistry() {
			return new RecordingLockRegistry();
		}

		@Bean
		Service service() {
			return new Service();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableConfigurationProperties(DistributedLockProperties.class)
	static class Properties {

	}

	@Configuration(proxyBeanMethods = false)
	static class PostProcessors {

		@Bean
		static BeanPostProcessor first() {
			return new BeanPostProcessor() {
			};
		}

		@Bean
		static BeanPostProcessor second() {
			return new BeanPostProcessor() {
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class EarlyBeans {

		@Bean
		static BeanPostProcessor needsRegistry(LockRegistry registry) {
			return new BeanPostProcessor() {
			};
		}

	}

}
