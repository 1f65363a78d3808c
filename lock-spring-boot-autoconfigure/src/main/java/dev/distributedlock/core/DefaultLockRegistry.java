package dev.distributedlock.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

import dev.distributedlock.LockHolder;
import dev.distributedlock.LockKey;
import dev.distributedlock.LockLease;
import dev.distributedlock.LockListener;
import dev.distributedlock.LockMonitor;
import dev.distributedlock.LockRegistry;
import dev.distributedlock.LockRequest;
import dev.distributedlock.LockSettings;
import dev.distributedlock.backend.LockBackend;
import dev.distributedlock.backend.Ticker;

/**
 * The engine (skeleton; the real one is being written in this same package).
 */
public final class DefaultLockRegistry implements LockRegistry, LockMonitor, AutoCloseable {

	private DefaultLockRegistry(Builder builder) {
	}

	public static Builder builder(LockBackend backend) {
		return new Builder(backend);
	}

	@Override
	public LockLease acquire(LockRequest request) {
		throw new IllegalStateException();
	}

	@Override
	public Optional<LockLease> tryAcquire(LockRequest request) {
		throw new IllegalStateException();
	}

	@Override
	public CompletionStage<LockLease> acquireAsync(LockRequest request) {
		throw new IllegalStateException();
	}

	@Override
	public List<Held> held() {
		return List.of();
	}

	@Override
	public List<Waiting> waiting() {
		return List.of();
	}

	@Override
	public Optional<LockHolder> findHolder(LockKey key) {
		return Optional.empty();
	}

	@Override
	public void close() {
	}

	public static final class Builder {

		private final LockBackend backend;

		private final List<LockListener> listeners = new ArrayList<>();

		private Builder(LockBackend backend) {
			this.backend = backend;
		}

		public Builder settings(LockSettings settings) {
			return this;
		}

		public Builder instance(String name) {
			return this;
		}

		public Builder commandTimeout(Duration timeout) {
			return this;
		}

		public Builder shutdownTimeout(Duration timeout) {
			return this;
		}

		public Builder ticker(Ticker ticker) {
			return this;
		}

		public Builder listener(LockListener listener) {
			this.listeners.add(listener);
			return this;
		}

		public DefaultLockRegistry build() {
			return new DefaultLockRegistry(this);
		}

	}

}
