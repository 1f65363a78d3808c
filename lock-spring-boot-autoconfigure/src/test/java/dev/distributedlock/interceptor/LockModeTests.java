package dev.distributedlock.interceptor;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import dev.distributedlock.LockContext;
import dev.distributedlock.LockDeadlockException;
import dev.distributedlock.LockRequest;
import dev.distributedlock.LockTimeoutException;
import dev.distributedlock.annotation.DistributedLock;
import dev.distributedlock.annotation.LockMode;
import dev.distributedlock.annotation.ReadLock;
import dev.distributedlock.annotation.WriteLock;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;

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
	void annotationsOfReadersAndWritersHaveWhatTheLockHas() {
		LockedBeans.with(Catalog.class, (catalog, locks) -> {
			catalog.keptRead();
			assertThat(locks.last().options().holdAtLeast()).isEqualTo(Duration.ofSeconds(2));
			assertThat(locks.last().maxHolders()).isEqualTo(LockRequest.SHARED);
			catalog.keptWrite();
			assertThat(locks.last().options().holdAtLeast()).isEqualTo(Duration.ofSeconds(3));
			assertThat(locks.last().maxHolders()).isOne();
		});
		assertThat(attributes(ReadLock.class)).isEqualTo(attributes(WriteLock.class))
			.containsExactlyInAnyOrderElementsOf(attributes(DistributedLock.class, "mode", "permits"));
	}

	@Test
	void sameLockInTwoModesIsTakenInTheStrongerOne() {
		LockedBeans.with(Catalog.class, (catalog, locks) -> {
			catalog.readAndWrite("1");
			assertThat(locks.requests()).containsExactly(LockRequest.of("catalog", "1"));
		});
	}

	@Test
	void sameLockTwiceIsTakenFairlyIfOneOfThemIsFair() {
		LockedBeans.with(Catalog.class, (catalog, locks) -> {
			catalog.fairReadAndWrite();
			assertThat(locks.requests()).containsExactly(LockRequest.of("tickets").fairly());
		});
		LockRequest write = LockRequest.of("tickets");
		LockRequest fairRead = write.shared().fairly();
		assertThat(LockOrder.canonical(List.of(fairRead, write))).containsExactly(write.fairly());
		assertThat(LockOrder.canonical(List.of(write, fairRead))).containsExactly(write.fairly());
		assertThat(LockOrder.canonical(List.of(write, write.shared()))).containsExactly(write);
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
		LockedBeans.startFails(engine(), NoPermit.class, "permits = \"0\"", "lets nobody hold the lock");
		LockedBeans.startFails(engine(), CountedReaders.class, "permits = \"3\"", "beside mode = SHARED");
	}

	private static Set<String> attributes(Class<?> annotation, String... without) {
		return Arrays.stream(annotation.getDeclaredMethods())
			.filter((method) -> !method.isSynthetic())
			.map(Method::getName)
			.filter((name) -> !List.of(without).contains(name))
			.collect(Collectors.toSet());
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

		@ReadLock(name = "tickets", fair = true)
		@WriteLock(name = "tickets")
		public void fairReadAndWrite() {
		}

		@ReadLock(name = "tickets", fair = true, waitTime = "7s")
		public void fairRead() {
		}

		@ReadLock(name = "tickets", holdAtLeast = "2s")
		public void keptRead() {
		}

		@WriteLock(name = "tickets", holdAtLeast = "3s")
		public void keptWrite() {
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

}
