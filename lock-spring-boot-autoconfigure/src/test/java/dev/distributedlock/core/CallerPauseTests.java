package dev.distributedlock.core;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

import dev.distributedlock.LockLease;
import dev.distributedlock.LockRequest;
import dev.distributedlock.backend.memory.InMemoryLockBackend;
import dev.distributedlock.core.FaultyBackend.Operation;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Callers whose thread is paused, by the collector or the scheduler, between the grant
 * and their first instruction under the lock. The clock pauses them: it is read there.
 */
class CallerPauseTests {

	private static final Duration LEASE = Duration.ofSeconds(30);

	private static final LockRequest ORDER = LockRequest.of("orders", 42)
		.leaseFor(LEASE)
		.waitAtMost(Duration.ofMinutes(5));

	private final ManualTime time = new ManualTime();

	private final InMemoryLockBackend store = new InMemoryLockBackend(this.time);

	private final FaultyBackend line = new FaultyBackend(this.store);

	private final DefaultLockRegistry registry = DefaultLockRegistry.builder(this.line)
		.ticker(this::nanos)
		.scheduler(this.time)
		.build();

	private volatile @Nullable Thread caller;

	private volatile BooleanSupplier moment = () -> false;

	private long nanos() {
		if (Thread.currentThread() == this.caller && this.moment.getAsBoolean()) {
			this.caller = null;
			// Nothing runs meanwhile: the whole process stands still.
			this.time.stall(LEASE.multipliedBy(2));
		}
		return this.time.nanos();
	}

	@AfterEach
	void nothingIsLeft() {
		assertThat(this.registry.engine().holds()).isEmpty();
		assertThat(this.registry.engine().lines().size()).isZero();
		assertThat(this.store.size()).isZero();
	}

	@Test
	void grantThatEndsBeforeItsCallerWakesIsNotReturned() {
		this.moment = () -> this.registry.engine().renewer().size() == 1;
		this.caller = Thread.currentThread();
		try (LockLease lease = this.registry.acquire(ORDER)) {
			assertThat(this.caller).as("the thread was paused").isNull();
			assertThat(lease.isValid()).isTrue();
			assertThat(lease.remaining()).isGreaterThan(Duration.ofSeconds(29));
			assertThat(this.line.count(Operation.ACQUIRE)).isEqualTo(2);
		}
	}

	// C2
	@Test
	void grantThatWasHandedOnAndEndsBeforeItsReceiverWakesIsNotReturned() throws Exception {
		LockLease first = this.registry.acquireAsync(ORDER).toCompletableFuture().join();
		AtomicReference<Duration> remaining = new AtomicReference<>();
		Thread receiver = new Thread(() -> {
			try (LockLease lease = this.registry.acquire(ORDER)) {
				remaining.set(lease.remaining());
			}
		});
		receiver.start();
		Awaitility.await("the receiver waits").until(() -> !this.registry.waiting().isEmpty());
		this.moment = () -> true;
		this.caller = receiver;
		first.close();
		receiver.join(10_000);
		assertThat(this.caller).as("the receiver was paused").isNull();
		assertThat(remaining.get()).isGreaterThan(Duration.ofSeconds(29));
	}

}
