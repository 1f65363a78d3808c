package dev.distributedlock.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import dev.distributedlock.LockLease;
import dev.distributedlock.LockRequest;
import dev.distributedlock.backend.memory.InMemoryLockBackend;
import dev.distributedlock.core.FaultyBackend.Fault;
import dev.distributedlock.core.FaultyBackend.Operation;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A line of thousands whose members are all refused at once.
 */
class LongLineTests {

	@Test
	void refusalIsToldToAllOfALongLine() {
		ManualTime time = new ManualTime();
		FaultyBackend line = new FaultyBackend(new InMemoryLockBackend(time));
		DefaultLockRegistry registry = DefaultLockRegistry.builder(line)
			.ticker(time)
			.scheduler(time)
			.handOver(0, Duration.ofMillis(1))
			.build();
		LockRequest request = LockRequest.of("orders", 42).waitAtMost(Duration.ofSeconds(5));
		LockLease holder = registry.acquireAsync(request).toCompletableFuture().join();
		List<CompletableFuture<LockLease>> waiters = new ArrayList<>();
		for (int i = 0; i < 5000; i++) {
			waiters.add(registry.acquireAsync(request).toCompletableFuture());
		}
		line.always(Operation.EXCHANGE, Fault.REFUSED);
		line.always(Operation.ACQUIRE, Fault.REFUSED);
		holder.close();
		Awaitility.await("all are told")
			.atMost(Duration.ofSeconds(10))
			.untilAsserted(() -> assertThat(waiters.stream().filter((waiter) -> !waiter.isDone())).isEmpty());
		assertThat(registry.engine().lines().size()).isZero();
	}

}
