package dev.distributedlock.core;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import dev.distributedlock.LockLease;
import dev.distributedlock.LockListener;
import dev.distributedlock.LockRequest;
import dev.distributedlock.backend.LockBackend;
import dev.distributedlock.observation.LockMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What many keys and many waiters cost: memory and threads.
 */
abstract class BoundsContract {

	private static final int WARM_UP = 5_000;

	private static final int WAITERS = 10_000;

	private static final int IMPATIENT_WAITERS = 2_000;

	private static final int BLOCKED_THREADS = 2_000;

	/** One entry of a map takes more than thirty. */
	private static final long MOST_BYTES_KEPT_OF_A_KEY = 20;

	/** Of any class of the library. */
	private static final long MOST_INSTANCES_KEPT = 300;

	/** About a thousand are used, with the future of the caller and its timer. */
	private static final long MOST_BYTES_PER_WAITER = 2_000;

	private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

	private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

	private final List<DefaultLockRegistry> registries = new ArrayList<>();

	/** A store of its own for each registry, in front of the same locks. */
	abstract LockBackend store();

	/** What the store itself must hold at most when nothing is locked. */
	abstract void assertStoreIsEmpty();

	DefaultLockRegistry registry(LockListener... listeners) {
		LockMetrics metrics = new LockMetrics("bounds", List::of);
		metrics.bindTo(this.meters);
		DefaultLockRegistry.Builder builder = DefaultLockRegistry.builder(store())
			.commandTimeout(Duration.ofSeconds(1))
			.listener(metrics);
		for (LockListener listener : listeners) {
			builder.listener(listener);
		}
		DefaultLockRegistry registry = builder.build();
		this.registries.add(registry);
		return registry;
	}

	@AfterEach
	void closeRegistries() {
		this.registries.forEach(DefaultLockRegistry::close);
	}

	void manyKeysLeaveNothing(int keys) throws Exception {
		DefaultLockRegistry registry = registry();
		// So that classes, caches and pools are there.
		new ManyKeys(registry).lock(-WARM_UP, 0);
		ManyKeys load = new ManyKeys(registry);
		assertNothingIsKept(keys, () -> load.lock(0, keys));
		assertThat(load.done).hasValue(keys);
		assertThat(load.busy).as("in vain").hasValueGreaterThan(keys / 20);
		assertThat(load.cancelled).as("cancelled").hasPositiveValue();
		assertThat(load.interrupted).as("interrupted").hasPositiveValue();
		assertStoreIsEmpty();
	}

	void assertNothingIsKept(int keys, Load load) throws Exception {
		assertNothingLeft();
		int series = this.meters.getMeters().size();
		LiveHeap before = LiveHeap.now();
		load.run();
		assertNothingLeft();
		LiveHeap after = LiveHeap.now();
		assertThat(after.bytes() - before.bytes()).as("bytes kept of %s keys", keys)
			.isLessThan(MOST_BYTES_KEPT_OF_A_KEY * keys);
		assertThat(after.ours()).as("instances kept of %s keys", keys)
			.allSatisfy((type, instances) -> assertThat(instances).as(type).isLessThan(MOST_INSTANCES_KEPT));
		assertThat(this.meters.getMeters()).as("meters").hasSize(series);
	}

	@Test
	void waitersOfOneKeyAreBoundedAndServed() {
		waitAndBeServed(1);
	}

	@Test
	void waitersOfManyKeysAreBoundedAndServed() {
		waitAndBeServed(1_000);
	}

	private void waitAndBeServed(int keys) {
		List<LockLease> holders = hold(keys);
		DefaultLockRegistry registry = registry();
		registry.acquire(LockRequest.of("bounds", "warm-up")).close();
		int threads = THREADS.getThreadCount();
		LiveHeap before = LiveHeap.now();
		List<CompletableFuture<LockLease>> waiters = waiters(registry, WAITERS, keys, Duration.ofSeconds(60));
		awaitWaiters(registry, WAITERS);
		assertThat(LiveHeap.now().bytes() - before.bytes()).as("bytes of %s waiters", WAITERS)
			.isLessThan(MOST_BYTES_PER_WAITER * WAITERS);
		assertThat(THREADS.getThreadCount()).as("threads while they wait").isLessThan(threads + 4);
		THREADS.resetPeakThreadCount();
		ExecutorService callers = Executors.newFixedThreadPool(16);
		try {
			CompletableFuture<?>[] served = waiters.stream()
				.map((waiter) -> waiter.thenAcceptAsync(LockLease::close, callers))
				.toArray(CompletableFuture[]::new);
			holders.forEach(LockLease::close);
			assertThat(CompletableFuture.allOf(served)).succeedsWithin(Duration.ofSeconds(30));
		}
		finally {
			callers.shutdownNow();
		}
		assertThat(THREADS.getPeakThreadCount()).as("threads while they are served").isLessThan(threads + WAITERS / 10);
		assertNothingLeft();
		assertStoreIsEmpty();
	}

	@Test
	void blockedThreadsAreServed() throws Exception {
		List<LockLease> holders = hold(1);
		DefaultLockRegistry registry = registry();
		ExecutorService callers = Executors.newFixedThreadPool(BLOCKED_THREADS);
		try {
			List<Future<?>> served = IntStream.range(0, BLOCKED_THREADS)
				.<Future<?>>mapToObj((i) -> callers
					.submit(() -> registry.acquire(request(0).waitAtMost(Duration.ofSeconds(60))).close()))
				.toList();
			awaitWaiters(registry, BLOCKED_THREADS);
			holders.forEach(LockLease::close);
			for (Future<?> caller : served) {
				caller.get(30, TimeUnit.SECONDS);
			}
		}
		finally {
			callers.shutdownNow();
		}
		assertNothingLeft();
		assertStoreIsEmpty();
	}

	/** A line of waiters whose time is up in the same moment. */
	void waitInVain() {
		List<LockLease> holders = hold(1);
		DefaultLockRegistry registry = registry();
		List<CompletableFuture<LockLease>> waiters = waiters(registry, IMPATIENT_WAITERS, 1, Duration.ofSeconds(1));
		int threads = THREADS.getThreadCount();
		THREADS.resetPeakThreadCount();
		Awaitility.await("all are told")
			.atMost(Duration.ofSeconds(20))
			.until(() -> waiters.stream().allMatch(CompletableFuture::isCompletedExceptionally));
		assertThat(THREADS.getPeakThreadCount()).as("threads").isLessThan(threads + IMPATIENT_WAITERS / 5);
		holders.forEach(LockLease::close);
		assertNothingLeft();
		assertStoreIsEmpty();
	}

	private static void awaitWaiters(DefaultLockRegistry registry, int waiters) {
		Awaitility.await("all wait")
			.atMost(Duration.ofSeconds(30))
			.untilAsserted(() -> assertThat(registry.engine().lines().members()).hasSize(waiters));
	}

	private List<LockLease> hold(int keys) {
		DefaultLockRegistry elsewhere = registry();
		return IntStream.range(0, keys)
			.mapToObj((key) -> elsewhere.acquireAsync(request(key)).toCompletableFuture())
			.map(CompletableFuture::join)
			.toList();
	}

	private static List<CompletableFuture<LockLease>> waiters(DefaultLockRegistry registry, int waiters, int keys,
			Duration patience) {
		return IntStream.range(0, waiters)
			.mapToObj((i) -> registry.acquireAsync(request(i % keys).waitAtMost(patience)).toCompletableFuture())
			.toList();
	}

	private static LockRequest request(int key) {
		return LockRequest.of("bounds", key);
	}

	/** Releases that go on in the background end, and then nobody keeps anything. */
	private void assertNothingLeft() {
		Awaitility.await("what was given up is given back")
			.atMost(Duration.ofSeconds(10))
			.untilAsserted(() -> assertThat(this.registries).allSatisfy((registry) -> {
				Engine engine = registry.engine();
				assertThat(engine.holds()).as("holds").isEmpty();
				assertThat(engine.lines().size()).as("lines").isZero();
				assertThat(engine.renewer().size()).as("renewals").isZero();
				assertThat(engine.orphans().size()).as("orphans").isZero();
			}));
	}

	/** What is to leave nothing. */
	interface Load {

		void run() throws Exception;

	}

}
