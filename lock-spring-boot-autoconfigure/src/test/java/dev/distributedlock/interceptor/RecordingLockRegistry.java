package dev.distributedlock.interceptor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import dev.distributedlock.LockBackendException;
import dev.distributedlock.LockKey;
import dev.distributedlock.LockLease;
import dev.distributedlock.LockLostEvent;
import dev.distributedlock.LockLostException;
import dev.distributedlock.LockRegistry;
import dev.distributedlock.LockRequest;
import dev.distributedlock.LockTimeoutException;

/**
 * A registry that grants everything, or what a test says, and writes down what happened.
 */
public final class RecordingLockRegistry implements LockRegistry {

	private final List<LockRequest> requests = new CopyOnWriteArrayList<>();

	private final List<String> events = new CopyOnWriteArrayList<>();

	private final List<LockKey> releases = new CopyOnWriteArrayList<>();

	private final Set<LockKey> busy = ConcurrentHashMap.newKeySet();

	private volatile State state = State.FREE;

	public void state(State state) {
		this.state = state;
	}

	public void busy(LockKey key) {
		this.busy.add(key);
	}

	public List<LockKey> keys() {
		return this.requests.stream().map(LockRequest::key).toList();
	}

	public List<LockKey> releases() {
		return new ArrayList<>(this.releases);
	}

	public LockRequest last() {
		return this.requests.get(this.requests.size() - 1);
	}

	public List<LockRequest> requests() {
		return this.requests;
	}

	public void event(String event) {
		this.events.add(event);
	}

	public List<String> events() {
		return new ArrayList<>(this.events);
	}

	@Override
	public LockLease acquire(LockRequest request) {
		return tryAcquire(request).orElseThrow(() -> new LockTimeoutException("busy"));
	}

	@Override
	public Optional<LockLease> tryAcquire(LockRequest request) {
		this.requests.add(request);
		if (this.state == State.DOWN) {
			throw new LockBackendException("down", null, true);
		}
		if (this.state == State.BUSY || this.busy.contains(request.key())) {
			return Optional.empty();
		}
		this.events.add("LOCK");
		return Optional.of(new Lease(request));
	}

	@Override
	public CompletionStage<LockLease> acquireAsync(LockRequest request) {
		try {
			return CompletableFuture.completedFuture(acquire(request));
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	public enum State {

		FREE, BUSY, DOWN, LOST_WHILE_HELD

	}

	private final class Lease implements LockLease {

		private final LockRequest request;

		Lease(LockRequest request) {
			this.request = request;
		}

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
			return Duration.ofSeconds(1);
		}

		@Override
		public void extend(Duration leaseTime) {
		}

		@Override
		public void onLost(Consumer<LockLostEvent> listener) {
		}

		@Override
		public void close() {
			RecordingLockRegistry.this.events.add("UNLOCK");
			RecordingLockRegistry.this.releases.add(key());
			if (RecordingLockRegistry.this.state == State.LOST_WHILE_HELD) {
				throw new LockLostException("lost");
			}
		}

	}

}
