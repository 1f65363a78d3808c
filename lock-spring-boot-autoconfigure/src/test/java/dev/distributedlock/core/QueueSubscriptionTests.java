package dev.distributedlock.core;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

import dev.distributedlock.LockBackendException;
import dev.distributedlock.LockKey;
import dev.distributedlock.LockLease;
import dev.distributedlock.LockRequest;
import dev.distributedlock.backend.AcquireCommand;
import dev.distributedlock.backend.AcquireResult;
import dev.distributedlock.backend.LockBackend;
import dev.distributedlock.backend.WaitQueue;
import dev.distributedlock.backend.memory.InMemoryLockBackend;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the subscription to grants.
 */
class QueueSubscriptionTests {

	private static final LockRequest FIRST = LockRequest.of("orders", 1).waitAtMost(Duration.ofSeconds(5));

	private static final LockRequest SECOND = LockRequest.of("orders", 2).waitAtMost(Duration.ofSeconds(5));

	private final ManualTime time = new ManualTime();

	private final Counting store = new Counting(new InMemoryLockBackend(this.time));

	@Test
	void grantsThatResumeWhileSubscribingDoNotSubscribeAgain() {
		DefaultLockRegistry other = registry();
		LockLease one = other.acquireAsync(FIRST).toCompletableFuture().join();
		LockLease two = other.acquireAsync(SECOND).toCompletableFuture().join();
		DefaultLockRegistry registry = registry();
		this.store.failures.set(1);
		CompletableFuture<LockLease> pausedByFailure = registry.acquireAsync(FIRST).toCompletableFuture();
		CompletableFuture<LockLease> denied = registry.acquireAsync(SECOND).toCompletableFuture();
		assertThat(this.store.subscriptions).hasValue(1);
		one.close();
		two.close();
		pausedByFailure.join().close();
		denied.join().close();
		// The failed attempt might be on its way still: that is looked after.
		this.time.advance(Duration.ofSeconds(5));
		registry.close();
		assertThat(this.store.subscriptions).hasValue(0);
		other.close();
	}

	private DefaultLockRegistry registry() {
		return DefaultLockRegistry.builder(this.store).ticker(this.time).scheduler(this.time).build();
	}

	private record Counting(InMemoryLockBackend store, AtomicInteger subscriptions,
			AtomicInteger failures) implements LockBackend, WaitQueue {

		Counting(InMemoryLockBackend store) {
			this(store, new AtomicInteger(), new AtomicInteger());
		}

		@Override
		public String name() {
			return "counting";
		}

		@Override
		public CompletionStage<AcquireResult> acquire(AcquireCommand command) {
			if (this.failures.getAndUpdate((left) -> Math.max(0, left - 1)) > 0) {
				return CompletableFuture.failedStage(new LockBackendException("planned by test", null, true));
			}
			return this.store.acquire(command);
		}

		@Override
		public CompletionStage<Exchange> exchange(String previous, AcquireCommand next) {
			return this.store.exchange(previous, next);
		}

		@Override
		public CompletionStage<Boolean> renew(LockKey key, String owner, Duration lease) {
			return this.store.renew(key, owner, lease);
		}

		@Override
		public CompletionStage<Boolean> release(LockKey key, String owner) {
			return this.store.release(key, owner);
		}

		@Override
		public Subscription subscribe(Listener listener) {
			this.subscriptions.incrementAndGet();
			Subscription subscription = this.store.subscribe(listener);
			return () -> {
				this.subscriptions.decrementAndGet();
				subscription.close();
			};
		}

	}

}
