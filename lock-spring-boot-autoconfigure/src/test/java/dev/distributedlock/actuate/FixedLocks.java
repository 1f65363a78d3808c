package dev.distributedlock.actuate;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import dev.distributedlock.LockBackendException;
import dev.distributedlock.LockHolder;
import dev.distributedlock.LockKey;
import dev.distributedlock.LockLease;
import dev.distributedlock.LockMonitor;
import dev.distributedlock.LockRegistry;
import dev.distributedlock.LockRequest;
import dev.distributedlock.backend.AcquireCommand;
import dev.distributedlock.backend.AcquireResult;
import dev.distributedlock.backend.BackendProbe;
import dev.distributedlock.backend.HolderLookup;
import dev.distributedlock.backend.LockBackend;
import org.jspecify.annotations.Nullable;

/**
 * A store and a registry whose state tests write down: what is held and waited for, who
 * holds what elsewhere, and how the store answers a probe.
 */
public final class FixedLocks implements LockBackend, BackendProbe, HolderLookup, LockMonitor, LockRegistry {

	/** What this instance holds. */
	public final List<Held> held = new CopyOnWriteArrayList<>();

	/** What this instance waits for. */
	public final List<Waiting> waiting = new CopyOnWriteArrayList<>();

	/** Who holds what on any instance. */
	public final Map<LockKey, LockHolder> holders = new ConcurrentHashMap<>();

	/** How many probes were started. */
	public final AtomicInteger probes = new AtomicInteger();

	/** What the store answers to a probe. */
	public volatile Supplier<CompletionStage<Map<String, Object>>> answer = () -> CompletableFuture
		.completedFuture(Map.of("version", "7.2"));

	/** What the store answers when asked for a holder, instead of the holder. */
	public volatile @Nullable LockBackendException lookupFailure;

	@Override
	public String name() {
		return "fixed";
	}

	@Override
	public CompletionStage<Map<String, Object>> probe() {
		this.probes.incrementAndGet();
		return this.answer.get();
	}

	@Override
	public List<Held> held() {
		return this.held;
	}

	@Override
	public List<Waiting> waiting() {
		return this.waiting;
	}

	@Override
	public Optional<LockHolder> findHolder(LockKey key) {
		LockBackendException failure = this.lookupFailure;
		if (failure != null) {
			throw failure;
		}
		return Optional.ofNullable(this.holders.get(key));
	}

	@Override
	public CompletionStage<Optional<LockHolder>> holder(LockKey key) {
		return CompletableFuture.completedFuture(findHolder(key));
	}

	/**
	 * Write down that this instance holds and waits for a lock.
	 * @param name the name of the lock
	 * @param key its key
	 */
	public void contend(String name, String key) {
		this.held.add(new Held(name, LockKey.of(name, key), 7, State.HELD, "http-1", Duration.ofSeconds(12),
				Duration.ofMillis(18_500)));
		this.waiting.add(new Waiting(name, LockKey.of(name, key), "http-2", Duration.ofMillis(250)));
	}

	@Override
	public CompletionStage<AcquireResult> acquire(AcquireCommand command) {
		throw new UnsupportedOperationException();
	}

	@Override
	public CompletionStage<Boolean> renew(LockKey key, String owner, Duration lease) {
		throw new UnsupportedOperationException();
	}

	@Override
	public CompletionStage<Boolean> release(LockKey key, String owner) {
		throw new UnsupportedOperationException();
	}

	@Override
	public LockLease acquire(LockRequest request) {
		throw new UnsupportedOperationException();
	}

	@Override
	public Optional<LockLease> tryAcquire(LockRequest request) {
		throw new UnsupportedOperationException();
	}

	@Override
	public CompletionStage<LockLease> acquireAsync(LockRequest request) {
		throw new UnsupportedOperationException();
	}

}
