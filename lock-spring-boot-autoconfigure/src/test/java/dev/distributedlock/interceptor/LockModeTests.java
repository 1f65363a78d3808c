package dev.distributedlock.interceptor;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import dev.distributedlock.LockContext;
import dev.distributedlock.LockDeadlockException;
import dev.distributedlock.LockKey;
import dev.distributedlock.LockRequest;
import dev.distributedlock.LockTimeoutException;
import dev.distributedlock.annotation.DistributedLock;
import dev.distributedlock.annotation.LockMode;
import dev.distributedlock.annotation.ReadLock;
import dev.distributedlock.annotation.WriteLock;
import dev.distributedlock.autoconfigure.DistributedLockAopAutoConfiguration;
import dev.distributedlock.autoconfigure.DistributedLockAutoConfiguration;
import dev.distributedlock.backend.AcquireCommand;
import dev.distributedlock.backend.AcquireResult;
import dev.distributedlock.backend.LockBackend;
import dev.distributedlock.backend.memory.InMemoryLockBackend;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Shared, counted and fair locks by annotation.
 */
class LockModeTests {

	@Test
	void attributesSayHowManyMayHoldTheLock() {
		LockedBeans.with(Catalog.class, (catalog, locks) -> {
			catalog.read("1", () -> {
			});
			assertThat(locks.last()).isEqualTo(LockRequest.of("catalog", "1").shared());
			catalog.write("1");
			assertThat(locks.last()).isEqualTo(LockRequest.of("catalog", "1"));
			catalog.counted(() -> {
			});
			assertThat(locks.last()).isEqualTo(LockRequest.of("exports").permits(2));
			catalog.fair();
			assertThat(locks.last()).isEqualTo(LockRequest.of("tickets").fairly());
			catalog.fairRead();
			assertThat(locks.last().fair()).isTrue();
			assertThat(locks.last().maxHolders()).isEqualTo(LockRequest.SHARED);
			assertThat(locks.last().options().waitTime()).isEqualTo(Duration.ofSeconds(7));
		});
	}

	@Test
	void sameLockInTwoModesIsTakenInTheStrongerOne() {
		LockedBeans.with(Catalog.class, (catalog, locks) -> {
			catalog.readAndWrite("1");
			assertThat(locks.requests()).containsExactly(LockRequest.of("catalog", "1"));
		});
	}

	@Test
	void readersRunTogetherAndAWriterAlone() {
		engine().withBean(Catalog.class).run((context) -> {
			Catalog catalog = context.getBean(Catalog.class);
			together(2, (inside) -> catalog.read("1", inside),
					() -> assertThatExceptionOfType(LockTimeoutException.class)
						.isThrownBy(() -> catalog.writeAtOnce("1")));
			assertThat(catalog.writeAtOnce("1")).isPositive();
		});
	}

	@Test
	void noMoreRunThanThereArePermits() {
		engine().withBean(Catalog.class).run((context) -> {
			Catalog catalog = context.getBean(Catalog.class);
			together(2, catalog::counted,
					() -> assertThatExceptionOfType(LockTimeoutException.class).isThrownBy(catalog::countedAtOnce));
			catalog.countedAtOnce();
		});
	}

	@Test
	void readerThatCallsTheWriterIsToldSo() {
		engine().withBean(Catalog.class).run((context) -> {
			Catalog catalog = context.getBean(Catalog.class);
			assertThatExceptionOfType(LockDeadlockException.class)
				.isThrownBy(() -> catalog.read("1", () -> catalog.write("1")))
				.withMessageContaining("catalog:1");
			catalog.write("1");
		});
	}

	@Test
	void contradictionsStopTheStart() {
		startFails(engine(), NoPermit.class, "permits = \"0\"", "lets nobody hold the lock");
		startFails(engine(), CountedReaders.class, "permits = \"3\"", "beside mode = SHARED");
	}

	@Test
	void storeThatCannotDoItStopsTheStart() {
		ApplicationContextRunner simple = new ApplicationContextRunner().withUserConfiguration(SimpleStore.class)
			.withConfiguration(AutoConfigurations.of(DistributedLockAutoConfiguration.class,
					DistributedLockAopAutoConfiguration.class, AopAutoConfiguration.class));
		startFails(simple, Readers.class, "mode = SHARED", "Readers.run()", "'simple'", "distributed-lock.backend");
		startFails(simple, Counted.class, "permits = 4", "'simple'");
		startFails(simple, Fair.class, "fair = true", "'simple'");
		simple.withBean(Plain.class).run((context) -> {
			assertThat(context).hasNotFailed();
			context.getBean(Plain.class).run();
		});
	}

	private static void startFails(ApplicationContextRunner runner, Class<?> bean, String... parts) {
		runner.withBean(bean).run((context) -> {
			assertThat(context).hasFailed();
			Throwable failure = context.getStartupFailure();
			while (failure != null && !(failure instanceof InvalidLockDeclarationException)) {
				failure = failure.getCause();
			}
			assertThat(failure).isNotNull().hasMessageContainingAll(parts);
		});
	}

	private static ApplicationContextRunner engine() {
		return LockedBeans.engine();
	}

	/** Run calls that all have to be inside at the same time, and then something else. */
	private static void together(int calls, Consumer<Runnable> call, Runnable meanwhile) throws Exception {
		CountDownLatch inside = new CountDownLatch(calls);
		CountDownLatch end = new CountDownLatch(1);
		ExecutorService executor = Executors.newFixedThreadPool(calls);
		try {
			List<Future<?>> running = IntStream.range(0, calls)
				.<Future<?>>mapToObj((i) -> executor.submit(() -> call.accept(() -> {
					inside.countDown();
					assertThat(awaited(end)).isTrue();
				})))
				.toList();
			assertThat(awaited(inside)).as("all are inside").isTrue();
			meanwhile.run();
			end.countDown();
			for (Future<?> future : running) {
				future.get(20, TimeUnit.SECONDS);
			}
		}
		finally {
			executor.shutdownNow();
		}
	}

	private static boolean awaited(CountDownLatch latch) {
		try {
			return latch.await(20, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	static class Catalog {

		@ReadLock(name = "catalog", key = "#id")
		public void read(String id, Runnable inside) {
			inside.run();
		}

		@WriteLock(name = "catalog", key = "#id")
		public void write(String id) {
		}

		@WriteLock(name = "catalog", key = "#id", waitTime = "0")
		public long writeAtOnce(String id) {
			return LockContext.current().token();
		}

		@ReadLock(name = "catalog", key = "#id")
		@WriteLock(name = "catalog", key = "#id")
		public void readAndWrite(String id) {
		}

		@DistributedLock(name = "exports", permits = 2)
		public void counted(Runnable inside) {
			inside.run();
		}

		@DistributedLock(name = "exports", permits = 2, waitTime = "0")
		public void countedAtOnce() {
		}

		@DistributedLock(name = "tickets", fair = true)
		public void fair() {
		}

		@ReadLock(name = "tickets", fair = true, waitTime = "7s")
		public void fairRead() {
		}

	}

	static class NoPermit {

		@DistributedLock(name = "n", permits = 0)
		public void run() {
		}

	}

	static class CountedReaders {

		@DistributedLock(name = "n", permits = 3, mode = LockMode.SHARED)
		public void run() {
		}

	}

	static class Readers {

		@ReadLock(name = "n")
		public void run() {
		}

	}

	static class Counted {

		@DistributedLock(name = "n", permits = 4)
		public void run() {
		}

	}

	static class Fair {

		@DistributedLock(name = "n", fair = true)
		public void run() {
		}

	}

	static class Plain {

		@DistributedLock(name = "n")
		public void run() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SimpleStore {

		@Bean
		LockBackend simple() {
			InMemoryLockBackend store = new InMemoryLockBackend();
			return new LockBackend() {

				@Override
				public String name() {
					return "simple";
				}

				@Override
				public CompletionStage<AcquireResult> acquire(AcquireCommand command) {
					return store.acquire(command);
				}

				@Override
				public CompletionStage<Boolean> renew(LockKey key, String owner, Duration lease) {
					return store.renew(key, owner, lease);
				}

				@Override
				public CompletionStage<Boolean> release(LockKey key, String owner) {
					return store.release(key, owner);
				}

			};
		}

	}

}
