package dev.distributedlock.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import dev.distributedlock.LockContext;
import dev.distributedlock.LockException;
import dev.distributedlock.LockLease;
import dev.distributedlock.LockLostEvent.Reason;
import dev.distributedlock.LockLostException;
import dev.distributedlock.LockRequest;
import dev.distributedlock.LockTimeoutException;
import dev.distributedlock.backend.memory.InMemoryLockBackend;
import dev.distributedlock.core.FaultyBackend.Fault;
import dev.distributedlock.core.FaultyBackend.Operation;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Races between the line, the store and callers that lose patience.
 */
class AcquisitionRaceTests {

	private static final LockRequest ORDER = LockRequest.of("orders", 42)
		.leaseFor(Duration.ofSeconds(30))
		.waitAtMost(Duration.ofSeconds(5));

	private final ManualTime time = new ManualTime();

	private final InMemoryLockBackend store = new InMemoryLockBackend(this.time);

	private final FaultyBackend line = new FaultyBackend(this.store);

	private final DefaultLockRegistry registry = DefaultLockRegistry.builder(this.line)
		.ticker(this.time)
		.scheduler(this.time)
		.build();

	private CompletableFuture<LockLease> async() {
		return this.registry.acquireAsync(ORDER).toCompletableFuture();
	}

	@Test
	void oneThatTriesOnceIsBusyAlsoWhenItBecomesFirstMeanwhile() throws Exception {
		int threads = 4;
		ExecutorService executor = Executors.newFixedThreadPool(threads);
		try (DefaultLockRegistry contended = DefaultLockRegistry.builder(new InMemoryLockBackend()).build()) {
			AtomicInteger granted = new AtomicInteger();
			List<Future<?>> workers = new ArrayList<>();
			for (int i = 0; i < threads; i++) {
				workers.add(executor.submit(() -> {
					for (int n = 0; n < 50_000; n++) {
						contended.tryAcquire(ORDER.waitAtMost(Duration.ZERO)).ifPresent((lease) -> {
							granted.incrementAndGet();
							lease.close();
						});
					}
				}));
			}
			for (Future<?> worker : workers) {
				// Fails with what tryAcquire has thrown.
				worker.get(60, TimeUnit.SECONDS);
			}
			assertThat(granted).hasPositiveValue();
		}
		finally {
			executor.shutdownNow();
		}
	}

	@Test
	void oneThatBecameFirstJustBeforeItsTimeWasUpFoundTheLockBusy() {
		LockLease holder = async().join();
		CompletableFuture<LockLease> waiter = async();
		this.time.advance(Duration.ofMillis(4_999));
		this.line.next(Operation.ACQUIRE, Fault.REPLY_HELD_BACK);
		// Not handed on, nor exchanged: the waiter becomes the first by a loss.
		this.registry.engine().lost(this.registry.engine().holds().iterator().next(), Reason.EXPIRED);
		assertThatExceptionOfType(LockLostException.class).isThrownBy(holder::close);
		this.time.advance(Duration.ofMillis(2));
		assertThatExceptionOfType(CompletionException.class)
			.isThrownBy(() -> waiter.orTimeout(5, TimeUnit.SECONDS).join())
			.withCauseInstanceOf(LockTimeoutException.class);
		this.line.deliver();
		assertThat(this.store.size()).isZero();
	}

	@Test
	void oneWhoseTimeIsUpBeforeItHasJoinedTheLineDoesNotStayInIt() {
		AtomicBoolean paused = new AtomicBoolean(true);
		DefaultLockRegistry slow = DefaultLockRegistry.builder(this.line).ticker(this.time).scheduler(new Scheduler() {

			@Override
			public Task after(long delayNanos, Runnable task) {
				Task planned = AcquisitionRaceTests.this.time.after(delayNanos, task);
				if (paused.getAndSet(false)) {
					// The thread of the caller is paused once its time-out is set.
					AcquisitionRaceTests.this.time.advance(Duration.ofNanos(delayNanos));
				}
				return planned;
			}

			@Override
			public void close() {
				AcquisitionRaceTests.this.time.close();
			}

		}).build();
		CompletableFuture<LockLease> late = slow.acquireAsync(ORDER).toCompletableFuture();
		assertThatExceptionOfType(CompletionException.class)
			.isThrownBy(() -> late.orTimeout(5, TimeUnit.SECONDS).join())
			.withCauseInstanceOf(LockException.class);
		assertThat(slow.engine().lines().size()).isZero();
		slow.acquire(ORDER.waitAtMost(Duration.ZERO)).close();
		assertThat(this.store.size()).isZero();
	}

	@Test
	void futureThatItsCallerCompletesEndsTheWait() {
		LockLease holder = async().join();
		CompletableFuture<LockLease> waiter = async();
		waiter.completeExceptionally(new java.util.concurrent.TimeoutException("as orTimeout does"));
		assertThat(this.registry.waiting()).isEmpty();
		holder.close();
		assertThat(this.store.size()).isZero();
	}

	@Test
	void asyncReentryAfterALossIsToldByTheStage() {
		LockLease lost = this.registry.acquire(ORDER.renewed(false));
		this.time.advance(Duration.ofSeconds(31));
		CompletableFuture<LockLease> nested = async();
		assertThatExceptionOfType(CompletionException.class).isThrownBy(nested::join)
			.withCauseInstanceOf(LockLostException.class);
		assertThatExceptionOfType(LockLostException.class).isThrownBy(lost::close);
		assertThat(LockContext.find()).isEmpty();
	}

	@Test
	void nestedAsyncLeaseIsRenewedAlsoAfterTheThreadEnded() throws InterruptedException {
		List<LockLease> leases = new ArrayList<>();
		Thread thread = new Thread(() -> {
			try (LockLease outer = this.registry.acquire(ORDER)) {
				leases.add(async().join());
			}
		});
		thread.start();
		thread.join();
		this.time.advance(Duration.ofMinutes(5));
		assertThat(leases).singleElement().satisfies((lease) -> assertThat(lease.isValid()).isTrue());
		leases.get(0).close();
	}

	@Test
	void releaseIsRepeatedForAsLongAsTheLeaseWasExtended() {
		LockLease lease = async().join();
		lease.extend(Duration.ofHours(1));
		this.line.always(Operation.RELEASE, Fault.REQUEST_LOST);
		lease.close();
		this.time.advance(Duration.ofMinutes(10));
		assertThat(this.store.size()).isOne();
		this.line.heal();
		this.time.advance(Duration.ofSeconds(5));
		assertThat(this.store.size()).isZero();
		assertThat(this.registry.engine().orphans().size()).isZero();
	}

}
