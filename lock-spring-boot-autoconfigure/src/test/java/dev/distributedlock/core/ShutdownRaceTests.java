package dev.distributedlock.core;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

import dev.distributedlock.LockLease;
import dev.distributedlock.LockRequest;
import dev.distributedlock.LockShutdownException;
import dev.distributedlock.backend.memory.InMemoryLockBackend;
import dev.distributedlock.core.FaultyBackend.Fault;
import dev.distributedlock.core.FaultyBackend.Operation;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Grants that come while a registry is being closed.
 */
class ShutdownRaceTests {

	private static final LockRequest ORDER = LockRequest.of("orders", 42).waitAtMost(Duration.ofSeconds(5));

	private final ManualTime time = new ManualTime();

	private final InMemoryLockBackend store = new InMemoryLockBackend(this.time);

	private final FaultyBackend line = new FaultyBackend(this.store);

	private final DefaultLockRegistry registry = DefaultLockRegistry.builder(this.line)
		.ticker(this.time)
		.scheduler(this.time)
		.shutdownTimeout(Duration.ZERO)
		.build();

	private final DefaultLockRegistry other = DefaultLockRegistry.builder(this.store)
		.ticker(this.time)
		.scheduler(this.time)
		.build();

	private CompletableFuture<LockLease> waiter() {
		return this.registry.acquireAsync(ORDER).toCompletableFuture();
	}

	private static void assertShutDown(CompletableFuture<LockLease> waiter) {
		assertThatExceptionOfType(CompletionException.class)
			.isThrownBy(() -> waiter.orTimeout(5, TimeUnit.SECONDS).join())
			.withCauseInstanceOf(LockShutdownException.class);
	}

	@Test
	void nextInLineIsNotGrantedWhenTheFirstIsSentAway() {
		this.line.dropSignals();
		LockLease elsewhere = this.other.acquireAsync(ORDER).toCompletableFuture().join();
		CompletableFuture<LockLease> first = waiter();
		CompletableFuture<LockLease> second = waiter();
		elsewhere.close();
		long attempts = this.line.count(Operation.ACQUIRE);
		this.registry.close();
		assertShutDown(first);
		assertShutDown(second);
		assertThat(this.line.count(Operation.ACQUIRE)).isEqualTo(attempts);
		assertThat(this.store.size()).isZero();
	}

	@Test
	void grantThatArrivesAfterTheCloseBeganIsGivenBack() {
		this.line.next(Operation.ACQUIRE, Fault.REPLY_HELD_BACK);
		CompletableFuture<LockLease> first = waiter();
		CompletableFuture<LockLease> second = waiter();
		this.registry.engine().stopGranting();
		this.line.deliver();
		this.registry.close();
		assertShutDown(first);
		assertShutDown(second);
		assertThat(this.store.size()).isZero();
	}

}
