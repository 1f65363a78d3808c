package dev.distributedlock.benchmarks;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

import dev.distributedlock.LockKey;
import dev.distributedlock.LockLease;
import dev.distributedlock.LockLostEvent;
import dev.distributedlock.LockRegistry;
import dev.distributedlock.LockRequest;

/**
 * Locks nothing and costs nothing, so that what remains of a call is the advice.
 */
final class FreeLockRegistry implements LockRegistry {

	private static final LockLease LEASE = new FreeLease(LockKey.of("free"));

	@Override
	public LockLease acquire(LockRequest request) {
		return LEASE;
	}

	@Override
	public Optional<LockLease> tryAcquire(LockRequest request) {
		return Optional.of(LEASE);
	}

	@Override
	public CompletionStage<LockLease> acquireAsync(LockRequest request) {
		return CompletableFuture.completedFuture(LEASE);
	}

	private record FreeLease(LockKey key) implements LockLease {

		@Override
		public String name() {
			return "free";
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
		}

	}

}
