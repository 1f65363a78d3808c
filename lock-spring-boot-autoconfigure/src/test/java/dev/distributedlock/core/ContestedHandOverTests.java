package dev.distributedlock.core;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import dev.distributedlock.LockLease;
import dev.distributedlock.LockRequest;
import dev.distributedlock.backend.memory.InMemoryLockBackend;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How long a lock stays within one JVM if the store says that others wait for it.
 */
class ContestedHandOverTests {

	private static final LockRequest ORDER = LockRequest.of("orders", 1).waitAtMost(Duration.ofSeconds(60));

	private final ManualTime time = new ManualTime();

	private final InMemoryLockBackend store = new InMemoryLockBackend(this.time);

	private final DefaultLockRegistry here = registry();

	private final DefaultLockRegistry there = registry();

	private final DefaultLockRegistry elsewhere = registry();

	private DefaultLockRegistry registry() {
		return DefaultLockRegistry.builder(this.store)
			.ticker(this.time)
			.scheduler(this.time)
			.handOver(4, Duration.ofHours(1))
			.build();
	}

	// C7
	@Test
	void aQuarterFewerPassesAreMadeIfOtherInstancesWait() {
		LockLease first = lease(acquire(this.elsewhere));
		List<CompletableFuture<LockLease>> waiters = IntStream.range(0, 6).mapToObj((i) -> acquire(this.here)).toList();
		CompletableFuture<LockLease> other = acquire(this.there);
		first.close();
		for (CompletableFuture<LockLease> waiter : waiters.subList(0, 4)) {
			assertThat(this.there.held()).isEmpty();
			lease(waiter).close();
		}
		assertThat(waiters.get(4)).isNotDone();
		lease(other).close();
		waiters.subList(4, 6).forEach((waiter) -> lease(waiter).close());
		assertThat(this.store.size()).isZero();
	}

	private static CompletableFuture<LockLease> acquire(DefaultLockRegistry registry) {
		return registry.acquireAsync(ORDER).toCompletableFuture();
	}

	/** What an asynchronous caller gets, on a thread of its own. */
	private static LockLease lease(CompletableFuture<LockLease> future) {
		assertThat(future).succeedsWithin(Duration.ofSeconds(10));
		return future.join();
	}

}
