package dev.distributedlock.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;

import dev.distributedlock.LockInterruptedException;
import dev.distributedlock.LockLease;
import dev.distributedlock.LockRequest;

/**
 * Threads that lock each of many keys once, in all ways that there are: most of them just
 * so, some asynchronously, some in vain, some cancelled, some interrupted.
 */
final class ManyKeys {

	private static final int THREADS = 16;

	private final DefaultLockRegistry registry;

	private final AtomicReferenceArray<Thread> interruptible = new AtomicReferenceArray<>(THREADS);

	final AtomicInteger done = new AtomicInteger();

	final AtomicInteger busy = new AtomicInteger();

	final AtomicInteger cancelled = new AtomicInteger();

	final AtomicInteger interrupted = new AtomicInteger();

	ManyKeys(DefaultLockRegistry registry) {
		this.registry = registry;
	}

	void lock(int from, int to) throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(THREADS);
		try {
			List<Future<?>> workers = new ArrayList<>();
			for (int i = 0; i < THREADS; i++) {
				int number = i;
				workers.add(threads.submit(() -> {
					for (int key = from + number; key < to; key += THREADS) {
						lockInSomeWay(number, key);
					}
				}));
			}
			while (workers.stream().anyMatch((worker) -> !worker.isDone())) {
				Thread caller = this.interruptible.getAndSet(ThreadLocalRandom.current().nextInt(THREADS), null);
				if (caller != null) {
					caller.interrupt();
				}
				LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(200));
			}
			for (Future<?> worker : workers) {
				worker.get(1, TimeUnit.SECONDS);
			}
		}
		finally {
			threads.shutdownNow();
		}
	}

	private void lockInSomeWay(int number, int key) {
		LockRequest request = LockRequest.of("bounds", "key-" + key).waitAtMost(Duration.ofSeconds(10));
		switch (key % 10) {
			case 0 -> async(request).join().close();
			case 1 -> cancel(request);
			case 2 -> lockInVain(request);
			case 3 -> beInterrupted(number, request, /* before= */ key % 20 == 3);
			default -> this.registry.acquire(request).close();
		}
		this.done.incrementAndGet();
	}

	private CompletableFuture<LockLease> async(LockRequest request) {
		return this.registry.acquireAsync(request).toCompletableFuture();
	}

	private void cancel(LockRequest request) {
		CompletableFuture<LockLease> lease = async(request);
		if (lease.cancel(false)) {
			this.cancelled.incrementAndGet();
		}
		else {
			lease.join().close();
		}
	}

	private void lockInVain(LockRequest request) {
		try (LockLease holder = async(request).join()) {
			// One that tries once, and one that waits and times out.
			Duration patience = Duration.ofMillis(ThreadLocalRandom.current().nextInt(2));
			if (this.registry.tryAcquire(request.waitAtMost(patience)).isEmpty()) {
				this.busy.incrementAndGet();
			}
		}
	}

	/** Before it asks, or at any moment, which may be after it has got the lock. */
	private void beInterrupted(int number, LockRequest request, boolean before) {
		Thread self = Thread.currentThread();
		if (before) {
			self.interrupt();
		}
		else {
			this.interruptible.set(number, self);
		}
		try (LockLease lease = this.registry.acquire(request)) {
			lease.ensureValid();
		}
		catch (LockInterruptedException ex) {
			this.interrupted.incrementAndGet();
		}
		if (before || this.interruptible.getAndSet(number, null) != self) {
			// The interrupt has come or is about to: it must not hit what follows.
			while (!Thread.interrupted()) {
				Thread.onSpinWait();
			}
		}
	}

}
