package dev.distributedlock.benchmarks;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

import dev.distributedlock.LockKey;
import dev.distributedlock.LockLease;
import dev.distributedlock.LockListener;
import dev.distributedlock.LockLostEvent;
import dev.distributedlock.LockRegistry;
import dev.distributedlock.LockRequest;

/**
 * Locks nothing and costs nothing, so that what remains of a call is the advice, and what
 * listeners do if there are some.
 */
final class FreeLockRegistry implements LockRegistry {

	// Constant: a real registry reads the clock whether anybody listens or not.
	private static final Duration WAITED = Duration.ofNanos(1_500);

	private static final Duration HELD = Duration.ofMillis(1);

	private static final LockLease LEASE = new FreeLease(LockRequest.of("free"), List.of());

	private final List<LockListener> listeners;

	FreeLockRegistry(LockListener... listeners) {
		this.listeners = List.of(listeners);
	}

	@Override
	public LockLease acquire(LockRequest request) {
		return (this.listeners.isEmpty()) ? LEASE : told(request);
	}

	private LockLease told(LockRequest request) {
		LockLease lease = new FreeLease(request, this.listeners);
		for (LockListener listener : this.listeners) {
			listener.acquired(lease, WAITED);
		}
		return lease;
	}

	@Override
	public Optional<LockLease> tryAcquire(LockRequest request) {
		return Optional.of(acquire(request));
	}

	@Override
	public CompletionStage<LockLease> acquireAsync(LockRequest request) {
		return CompletableFuture.completedFuture(acquire(request));
	}

	private record FreeLease(LockRequest request, List<LockListener> listeners) implements LockLease {

		@Override
		public LockKey key() {
			return this.request.key();
		}

		@Override
		public String name() {
			return this.request.name();
		}

		@Override
		public long token() {
			return 1;
		}

		@Override
		public boolean isValid() {
			return true;
		}

		@Override
		public void ensureValid() {
		}

		@Override
		public Duration remaining() {
			return Duration.ofDays(1);
		}

		@Override
		public void extend(Duration leaseTime) {
		}

		@Override
		public void onLost(Consumer<LockLostEvent> listener) {
		}

		@Override
		public void close() {
			for (LockListener listener : this.listeners) {
				listener.ended(this, HELD, LockListener.Outcome.RELEASED);
			}
		}

	}

}
