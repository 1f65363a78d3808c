package dev.distributedlock.autoconfigure;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;

import dev.distributedlock.LockLease;
import dev.distributedlock.LockListener;
import dev.distributedlock.LockLostException;
import dev.distributedlock.LockOperations;
import dev.distributedlock.LockOptions;
import dev.distributedlock.LockRegistry;
import dev.distributedlock.LockRequest;
import dev.distributedlock.LockSettings;
import dev.distributedlock.LockShutdownException;
import dev.distributedlock.autoconfigure.backend.memory.DisabledLocksAutoConfiguration;
import dev.distributedlock.autoconfigure.backend.memory.InMemoryLockBackendAutoConfiguration;
import dev.distributedlock.backend.LockBackend;
import dev.distributedlock.backend.Ticker;
import dev.distributedlock.backend.memory.InMemoryLockBackend;
import dev.distributedlock.core.DefaultLockRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@ExtendWith(OutputCaptureExtension.class)
class DistributedLockAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DistributedLockAutoConfiguration.class,
				InMemoryLockBackendAutoConfiguration.class, DisabledLocksAutoConfiguration.class));

	private final ApplicationContextRunner inMemory = this.runner
		.withPropertyValues("distributed-lock.backend=in-memory");

	@Test
	void registryAndOperationsLockOnTheChosenStore() {
		this.inMemory.run((context) -> {
			LockRegistry registry = context.getBean(LockRegistry.class);
			context.getBean(LockOperations.class).execute(LockRequest.of("orders", 42), (lease) -> {
				assertThat(context.getBean(InMemoryLockBackend.class).size()).isOne();
				return null;
			});
			assertThat(registry).isInstanceOf(DefaultLockRegistry.class);
		});
	}

	@Test
	void propertiesReachTheSettings() {
		this.inMemory
			.withPropertyValues("distributed-lock.defaults.wait-time=3s", "distributed-lock.defaults.renew=false",
					"distributed-lock.locks.orders.lease-time=7s", "distributed-lock.locks.orders.max-hold=10m",
					"distributed-lock.locks[a.b].wait-time=9s")
			.run((context) -> {
				LockSettings settings = context.getBean(LockSettings.class);
				assertThat(settings.resolve("orders", LockOptions.NONE)).isEqualTo(
						new LockOptions(Duration.ofSeconds(3), Duration.ofSeconds(7), false, Duration.ofMinutes(10)));
				assertThat(settings.resolve("a.b", LockOptions.NONE).waitTime()).isEqualTo(Duration.ofSeconds(9));
			});
	}

	@Test
	void instanceNameIsComposedOrConfigured() {
		this.inMemory.withPropertyValues("spring.application.name=shop")
			.run((context) -> assertThat(holder(context.getBean(DefaultLockRegistry.class))).startsWith("shop@")
				.endsWith("/" + ProcessHandle.current().pid()));
		this.inMemory.withPropertyValues("distributed-lock.instance-name=inventory-7")
			.run((context) -> assertThat(holder(context.getBean(DefaultLockRegistry.class))).isEqualTo("inventory-7"));
	}

	private static String holder(DefaultLockRegistry registry) {
		LockRequest request = LockRequest.of("orders", 42);
		try (LockLease lease = registry.acquire(request)) {
			return registry.findHolder(lease.key()).orElseThrow().instance();
		}
	}

	@Test
	void usersBeansWin() {
		this.inMemory.withUserConfiguration(OwnBeans.class).run((context) -> {
			assertThat(context).hasSingleBean(LockBackend.class).hasSingleBean(LockRegistry.class);
			assertThat(context.getBean(LockRegistry.class)).isNotInstanceOf(DefaultLockRegistry.class);
			assertThat(context.getBean(LockBackend.class)).isSameAs(context.getBean("ownBackend"));
		});
	}

	@Test
	void clockOfTheUserIsRead() {
		AtomicLong ahead = new AtomicLong();
		Ticker clock = () -> Ticker.system().nanos() + ahead.get();
		this.inMemory.withBean(Ticker.class, () -> clock).run((context) -> {
			LockLease lease = context.getBean(LockRegistry.class).acquire(LockRequest.of("orders", 42));
			assertThat(lease.isValid()).isTrue();
			ahead.set(Duration.ofMinutes(1).toNanos());
			assertThatExceptionOfType(LockLostException.class).isThrownBy(lease::close);
		});
	}

	@Test
	void listenersAreTold() {
		StringBuilder told = new StringBuilder();
		this.inMemory.withBean(LockListener.class, () -> new LockListener() {

			@Override
			public void acquired(LockLease lease, Duration waited) {
				told.append(lease.name());
			}

		}).run((context) -> context.getBean(LockRegistry.class).acquire(LockRequest.of("orders", 42)).close());
		assertThat(told).hasToString("orders");
	}

	@Test
	void storeIsNeverChosenSilently() {
		this.runner.run((context) -> {
			assertThat(context).hasFailed();
			FailureAnalysis analysis = analyze(context.getStartupFailure());
			assertThat(analysis.getDescription()).contains("'redis'", "distributed-lock.backend");
			assertThat(analysis.getAction()).contains("org.redisson:redisson");
		});
	}

	@Test
	void unknownStoreIsNamedWithTheKnownOnes() {
		this.runner.withPropertyValues("distributed-lock.backend=reddis").run((context) -> {
			FailureAnalysis analysis = analyze(context.getStartupFailure());
			assertThat(analysis.getDescription()).contains("'reddis'");
			assertThat(analysis.getAction()).contains("in-memory, redis");
		});
	}

	private static FailureAnalysis analyze(Throwable failure) {
		FailureAnalysis analysis = new LockBackendNotConfiguredFailureAnalyzer().analyze(failure);
		assertThat(analysis).isNotNull();
		return analysis;
	}

	@Test
	void wrongValueIsToldWithItsProperty() {
		this.inMemory.withPropertyValues("distributed-lock.locks.orders.lease-time=1ms")
			.run((context) -> assertThat(context.getStartupFailure()).rootCause()
				.isInstanceOf(InvalidConfigurationPropertyValueException.class)
				.hasMessageContaining("distributed-lock.locks.orders.lease-time")
				.hasMessageContaining("PT0.001S"));
		this.inMemory.withPropertyValues("distributed-lock.command-timeout=0")
			.run((context) -> assertThat(context.getStartupFailure()).rootCause()
				.hasMessageContaining("distributed-lock.command-timeout"));
		this.inMemory.withPropertyValues("distributed-lock.defaults.max-hold=-1s")
			.run((context) -> assertThat(context.getStartupFailure()).rootCause()
				.hasMessageContaining("distributed-lock.defaults.max-hold")
				.hasMessageContaining("'maxHold' must be between"));
		this.inMemory.withPropertyValues("distributed-lock.hand-over.max-passes=1001")
			.run((context) -> assertThat(context.getStartupFailure()).rootCause()
				.hasMessageContaining("distributed-lock.hand-over.max-passes")
				.hasMessageContaining("between 0 and 1000"));
		this.inMemory.withPropertyValues("distributed-lock.hand-over.max-time=0")
			.run((context) -> assertThat(context.getStartupFailure()).rootCause()
				.hasMessageContaining("distributed-lock.hand-over.max-time"));
		this.inMemory.withPropertyValues("distributed-lock.hand-over.keep-for=2s")
			.run((context) -> assertThat(context.getStartupFailure()).rootCause()
				.hasMessageContaining("distributed-lock.hand-over.keep-for")
				.hasMessageContaining("between 0 and 1s"));
	}

	@Test
	void switchedOffLocksStayInjectableAndSaySo(CapturedOutput output) {
		this.runner.withPropertyValues("distributed-lock.enabled=false")
			.run((context) -> assertThat(context).hasSingleBean(LockRegistry.class));
		assertThat(output).containsOnlyOnce("distributed-lock.enabled is false");
	}

	@Test
	void closedContextGrantsNothingMoreAndLeavesNoThread() {
		LockRegistry[] registry = new LockRegistry[1];
		this.inMemory.run((context) -> {
			registry[0] = context.getBean(LockRegistry.class);
			registry[0].acquire(LockRequest.of("orders", 42)).close();
		});
		assertThatExceptionOfType(LockShutdownException.class)
			.isThrownBy(() -> registry[0].acquire(LockRequest.of("orders", 42)));
	}

	@Configuration(proxyBeanMethods = false)
	static class OwnBeans {

		@Bean
		LockBackend ownBackend() {
			return new InMemoryLockBackend();
		}

		@Bean
		LockRegistry ownRegistry(LockBackend backend) {
			DefaultLockRegistry registry = DefaultLockRegistry.builder(backend).build();
			return new LockRegistry() {

				@Override
				public LockLease acquire(LockRequest request) {
					return registry.acquire(request);
				}

				@Override
				public Optional<LockLease> tryAcquire(LockRequest request) {
					return registry.tryAcquire(request);
				}

				@Override
				public CompletionStage<LockLease> acquireAsync(LockRequest request) {
					return registry.acquireAsync(request);
				}

			};
		}

	}

}
