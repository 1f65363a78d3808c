package dev.distributedlock.autoconfigure;

import java.util.concurrent.CompletableFuture;

import dev.distributedlock.LockContext;
import dev.distributedlock.LockKey;
import dev.distributedlock.LockRegistries;
import dev.distributedlock.LockRegistry;
import dev.distributedlock.LockRequest;
import dev.distributedlock.LockShutdownException;
import dev.distributedlock.annotation.DistributedLock;
import dev.distributedlock.autoconfigure.backend.memory.InMemoryLockBackendAutoConfiguration;
import dev.distributedlock.autoconfigure.observation.LockMetricsAutoConfiguration;
import dev.distributedlock.backend.memory.InMemoryLockBackend;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Locks in several stores.
 */
class BackendPerLockTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withPropertyValues("distributed-lock.backend=in-memory", "distributed-lock.shutdown-timeout=10ms")
		.withUserConfiguration(FurtherStore.class)
		.withConfiguration(AutoConfigurations.of(InMemoryLockBackendAutoConfiguration.class,
				DistributedLockAutoConfiguration.class, DistributedLockAopAutoConfiguration.class,
				AopAutoConfiguration.class));

	@Test
	void eachLockIsInItsStore() {
		this.runner.withBean(Jobs.class).run((context) -> {
			Jobs jobs = context.getBean(Jobs.class);
			jobs.running(() -> assertThat(sizes(context)).containsExactly(0, 1));
			jobs.ledger("1");
			jobs.ledgerLater("1").join();
			jobs.running(() -> assertThat(sizes(context)).containsExactly(1, 0));
			jobs.plain("1");
			jobs.running(() -> assertThat(sizes(context)).containsExactly(1, 1));
			jobs.both("1");
			assertThat(sizes(context)).containsExactly(0, 0);
		});
	}

	@Test
	void configurationByNameWins() {
		this.runner.withBean(Jobs.class)
			.withPropertyValues("distributed-lock.locks.orders.backend=ledgerStore",
					"distributed-lock.locks.ledger.backend=inMemoryLockBackend")
			.run((context) -> {
				Jobs jobs = context.getBean(Jobs.class);
				jobs.running(() -> assertThat(sizes(context)).containsExactly(0, 1));
				jobs.plain("1");
				jobs.running(() -> assertThat(sizes(context)).containsExactly(1, 0));
				jobs.ledger("1");
			});
	}

	@Test
	void codeHasTheRegistryOfAStoreWhichEndsWithTheContext() {
		LockRegistry[] further = new LockRegistry[1];
		this.runner.withBean(Jobs.class).run((context) -> {
			further[0] = context.getBean(LockRegistries.class).of("ledgerStore");
			assertThat(context.getBean(LockRegistries.class).of("ledgerStore")).isSameAs(further[0]);
			further[0].acquire(LockRequest.of("ledger", "1")).close();
			assertThatIllegalArgumentException().isThrownBy(() -> context.getBean(LockRegistries.class).of("legder"))
				.withMessage("'legder' is the name of no store; there are [inMemoryLockBackend, ledgerStore]");
		});
		assertThatExceptionOfType(LockShutdownException.class)
			.isThrownBy(() -> further[0].acquire(LockRequest.of("ledger", "1")));
	}

	@Test
	void metersAreTaggedWithTheStore() {
		this.runner.withBean(Jobs.class)
			.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
			.withConfiguration(
					AutoConfigurations.of(LockMetricsAutoConfiguration.class, MetricsAutoConfiguration.class))
			.run((context) -> {
				context.getBean(Jobs.class).both("1");
				MeterRegistry meters = context.getBean(MeterRegistry.class);
				assertThat(meters.get("distributed.lock.acquire")
					.tags("lock.name", "ledger", "lock.backend", "ledgerStore", "outcome", "acquired")
					.timer()
					.count()).isOne();
				assertThat(meters.get("distributed.lock.acquire")
					.tags("lock.name", "orders", "lock.backend", "in-memory", "outcome", "acquired")
					.timer()
					.count()).isOne();
			});
	}

	@Test
	void unknownOrAmbiguousStoreStopsTheStart() {
		refuses(Unknown.class, "backend = \"legder\" is the name of no store", "[inMemoryLockBackend, ledgerStore]");
		refuses(Divided.class, "is not the store of other locks with the name 'shared'",
				"they would not exclude each other");
		refuses(Unnamed.class, "is the store of a lock without a name");
		this.runner.withPropertyValues("distributed-lock.defaults.backend=ledgerStore")
			.run((context) -> assertThat(context.getStartupFailure()).rootCause()
				.hasMessageContaining("distributed-lock.defaults.backend"));
	}

	private void refuses(Class<?> bean, String... parts) {
		this.runner.withBean(bean)
			.run((context) -> assertThat(context.getStartupFailure()).rootCause().message().contains(parts));
	}

	private static Integer[] sizes(ApplicationContext context) {
		return new Integer[] { context.getBean("inMemoryLockBackend", InMemoryLockBackend.class).size(),
				context.getBean("ledgerStore", InMemoryLockBackend.class).size() };
	}

	@Configuration(proxyBeanMethods = false)
	static class FurtherStore {

		@Bean(defaultCandidate = false)
		InMemoryLockBackend ledgerStore() {
			return new InMemoryLockBackend();
		}

	}

	static class Jobs {

		private Runnable run = () -> {
		};

		void running(Runnable run) {
			this.run = run;
		}

		@DistributedLock(name = "ledger", key = "#id", backend = "ledgerStore")
		public void ledger(String id) {
			assertThat(LockContext.current().key()).isEqualTo(LockKey.of("ledger", id));
			this.run.run();
		}

		@DistributedLock(name = "ledger", key = "#id", backend = "ledgerStore")
		public CompletableFuture<Void> ledgerLater(String id) {
			this.run.run();
			return CompletableFuture.completedFuture(null);
		}

		@DistributedLock(name = "orders", key = "#id")
		public void plain(String id) {
			this.run.run();
		}

		@DistributedLock(name = "orders", key = "#id")
		@DistributedLock(name = "ledger", key = "#id", backend = "ledgerStore")
		public void both(String id) {
			this.run.run();
		}

	}

	static class Unknown {

		@DistributedLock(name = "ledger", backend = "legder")
		public void run() {
		}

	}

	static class Divided {

		@DistributedLock(name = "shared")
		public void one() {
		}

		@DistributedLock(name = "shared", backend = "ledgerStore")
		public void other() {
		}

	}

	static class Unnamed {

		@DistributedLock(key = "#id", backend = "ledgerStore")
		public void run(String id) {
		}

	}

}
