package dev.distributedlock.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import dev.distributedlock.LockLease;
import dev.distributedlock.LockRequest;
import dev.distributedlock.backend.memory.InMemoryLockBackend;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two nodes with several threads each that want one lock, with all combinations of the
 * ways to let go: nobody is inside together, tokens rise, nobody waits for ever.
 */
class LettingGoRaceTests {

	private static final LockRequest ORDER = LockRequest.of("orders", 1).waitAtMost(Duration.ofSeconds(20));

	private static final LockRequest NOW = ORDER.waitAtMost(Duration.ZERO);

	private static final int SECTIONS = 2_000;

	private static final int THREADS_PER_NODE = 3;

	private final InMemoryLockBackend store = new InMemoryLockBackend();

	private final AtomicBoolean inside = new AtomicBoolean();

	private final AtomicInteger served = new AtomicInteger();

	private long lastToken;

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 3, 4, 5, 6, 7 })
	void nobodyIsInsideTogetherAndNobodyWaitsForEver(int options) throws Exception {
		List<DefaultLockRegistry> nodes = List.of(node(options), node(options));
		ExecutorService threads = Executors.newFixedThreadPool(2 * THREADS_PER_NODE);
		try {
			List<Future<?>> workers = new ArrayList<>();
			for (int i = 0; i < 2 * THREADS_PER_NODE; i++) {
				DefaultLockRegistry node = nodes.get(i % 2);
				workers.add(threads.submit(() -> work(node)));
			}
			for (Future<?> worker : workers) {
				worker.get(60, TimeUnit.SECONDS);
			}
		}
		finally {
			threads.shutdownNow();
			nodes.forEach(DefaultLockRegistry::close);
		}
		assertThat(this.served).hasValueGreaterThanOrEqualTo(2 * THREADS_PER_NODE * SECTIONS);
		assertThat(this.store.size()).isZero();
	}

	private void work(DefaultLockRegistry node) {
		for (int i = 0; i < SECTIONS; i++) {
			try (LockLease lease = node.acquire(ORDER)) {
				section(lease);
			}
			node.tryAcquire(NOW).ifPresent((lease) -> {
				section(lease);
				lease.close();
			});
		}
	}

	private void section(LockLease lease) {
		assertThat(this.inside.compareAndSet(false, true)).as("alone inside").isTrue();
		assertThat(lease.token()).isGreaterThan(this.lastToken);
		this.lastToken = lease.token();
		this.served.incrementAndGet();
		this.inside.set(false);
	}

	private DefaultLockRegistry node(int options) {
		return DefaultLockRegistry.builder(this.store)
			.keepFor(((options & 1) != 0) ? Duration.ofMillis(2) : Duration.ZERO)
			.barging((options & 2) != 0)
			.asynchronousRelease((options & 4) != 0)
			.build();
	}

}
