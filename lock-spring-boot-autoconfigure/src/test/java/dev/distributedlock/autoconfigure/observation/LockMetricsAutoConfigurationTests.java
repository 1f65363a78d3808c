package dev.distributedlock.autoconfigure.observation;

import java.util.List;
import java.util.Map;

import dev.distributedlock.LockDefinition;
import dev.distributedlock.LockDefinitions;
import dev.distributedlock.LockOptions;
import dev.distributedlock.LockSettings;
import dev.distributedlock.actuate.FixedLocks;
import dev.distributedlock.observation.LockMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LockMetricsAutoConfiguration}.
 */
class LockMetricsAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(MetricsAutoConfiguration.class,
				CompositeMeterRegistryAutoConfiguration.class, LockMetricsAutoConfiguration.class));

	private final ApplicationContextRunner withLocks = this.runner.withBean(FixedLocks.class)
		.withBean(SimpleMeterRegistry.class, SimpleMeterRegistry::new);

	@Test
	void declaredAndConfiguredLocksHaveMetersAtStart() {
		this.withLocks
			.withBean(LockDefinitions.class,
					() -> () -> List.of(new LockDefinition("orders", "OrderService.pay", "#id", LockOptions.NONE)))
			.withBean(LockSettings.class, () -> new LockSettings(LockOptions.NONE, Map.of("stock", LockOptions.NONE)))
			.run((context) -> {
				assertThat(context).hasSingleBean(LockMetrics.class).hasBean("lockMetrics");
				MeterRegistry registry = context.getBean(MeterRegistry.class);
				for (String name : List.of("orders", "stock")) {
					assertThat(registry.get("distributed.lock.acquire")
						.tags("lock.name", name, "lock.backend", "fixed", "outcome", "timeout")
						.timer()
						.count()).isZero();
				}
			});
	}

	@Test
	void locksDeclaredLateInTheStartHaveMeters() {
		LateDefinitions late = new LateDefinitions();
		this.withLocks.withBean(LockDefinitions.class, () -> late)
			.run((context) -> assertThat(context.getBean(MeterRegistry.class)
				.find("distributed.lock.active")
				.tag("lock.name", "late-2")
				.gauge()).as("asked %s times", late.asked).isNotNull());
	}

	@Test
	void userBeanWins() {
		LockMetrics own = new LockMetrics("own", List::of);
		this.withLocks.withBean("own", LockMetrics.class, () -> own)
			.run((context) -> assertThat(context.getBean(LockMetrics.class)).isSameAs(own));
	}

	@Test
	void metersAreSwitchedOffInBootsManner() {
		this.withLocks.withPropertyValues("management.metrics.enable.distributed.lock=false")
			.withBean(LockSettings.class, () -> new LockSettings(LockOptions.NONE, Map.of("stock", LockOptions.NONE)))
			.run((context) -> assertThat(context.getBean(SimpleMeterRegistry.class).getMeters()).isEmpty());
	}

	@Test
	void withoutLocksThereAreNoMeters() {
		this.runner.withBean(SimpleMeterRegistry.class, SimpleMeterRegistry::new)
			.run((context) -> assertThat(context).doesNotHaveBean(LockMetrics.class));
	}

	@Test
	void withoutMeterRegistryThereAreNoMeters() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(LockMetricsAutoConfiguration.class))
			.withBean(FixedLocks.class)
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(LockMetrics.class));
	}

	@Test
	void withoutMicrometerThereAreNoMeters() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(LockMetricsAutoConfiguration.class))
			.withClassLoader(new FilteredClassLoader("io.micrometer"))
			.withBean(FixedLocks.class)
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("lockMetrics"));
	}

	/** Knows one more lock whenever it is asked. */
	private static final class LateDefinitions implements LockDefinitions {

		private int asked;

		@Override
		public List<LockDefinition> all() {
			this.asked++;
			return List.of(new LockDefinition("late-" + this.asked, "LateService.run", "", LockOptions.NONE));
		}

	}

}
