package dev.distributedlock.backend.memory;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.distributedlock.LockHolder;
import dev.distributedlock.LockKey;
import dev.distributedlock.backend.AcquireCommand;
import dev.distributedlock.backend.AcquireResult;
import dev.distributedlock.backend.BackendProbe;
import dev.distributedlock.backend.BatchRenewals;
import dev.distributedlock.backend.HolderLookup;
import dev.distributedlock.backend.LockBackend;
import dev.distributedlock.backend.ReleaseSignals;
import dev.distributedlock.backend.RenewCommand;
import dev.distributedlock.backend.Ticker;
import org.jspecify.annotations.Nullable;

/**
 * A {@link LockBackend} in the memory of this JVM. Registries that share an instance of
 * it exclude each other as nodes of a cluster do.
 */
// One mutex guards all; nothing is called while it is held. Entries that have expired are
// replaced or dropped when their key is touched, and swept when the map has doubled.
public final class InMemoryLockBackend
		implements LockBackend, BatchRenewals, ReleaseSignals, HolderLookup, BackendProbe {

	/** The name of this store in {@code distributed-lock.backend}. */
	public static final String NAME = "in-memory";

	private final Ticker ticker;

	private final InstantSource clock = InstantSource.system();

	private final List<Listener> listeners = new CopyOnWriteArrayList<>();

	private final ReentrantLock mutex = new ReentrantLock();

	@GuardedBy("mutex")
	private final Map<LockKey, Entry> entries = new HashMap<>();

	@GuardedBy("mutex")
	private long lastToken;

	@GuardedBy("mutex")
	private int sweepAt = 1024;

	/** Create a store on the system's clock. */
	public InMemoryLockBackend() {
		this(Ticker.system());
	}

	/**
	 * Create a store on a given clock.
	 * @param ticker the clock by which leases expire
	 */
	public InMemoryLockBackend(Ticker ticker) {
		this.ticker = ticker;
	}

	@Override
	public String name() {
		return NAME;
	}

	@Override
	public CompletionStage<AcquireResult> acquire(AcquireCommand command) {
		this.mutex.lock();
		try {
			long now = this.ticker.nanos();
			Entry entry = live(command.key(), now);
			if (entry != null && !entry.owner.equals(command.owner())) {
				entry.awaited |= command.waiting();
				return CompletableFuture.completedStage(new AcquireResult.Denied(entry.holder(now)));
			}
			if (entry == null) {
				entry = new Entry(command.owner(), command.instance(), nextToken(), now);
				put(command.key(), entry, now);
			}
			entry.expiresAt = now + command.lease().toNanos();
			return CompletableFuture.completedStage(new AcquireResult.Acquired(entry.token));
		}
		finally {
			this.mutex.unlock();
		}
	}

	@Override
	public CompletionStage<Boolean> renew(LockKey key, String owner, Duration lease) {
		this.mutex.lock();
		try {
			long now = this.ticker.nanos();
			Entry entry = live(key, now);
			if (entry == null || !entry.owner.equals(owner)) {
				return CompletableFuture.completedStage(false);
			}
			long candidate = now + lease.toNanos();
			entry.expiresAt += Math.max(0, candidate - entry.expiresAt);
			return CompletableFuture.completedStage(true);
		}
		finally {
			this.mutex.unlock();
		}
	}

	@Override
	public CompletionStage<Boolean> release(LockKey key, String owner) {
		boolean awaited;
		this.mutex.lock();
		try {
			Entry entry = live(key, this.ticker.nanos());
			if (entry == null || !entry.owner.equals(owner)) {
				return CompletableFuture.completedStage(false);
			}
			this.entries.remove(key);
			awaited = entry.awaited;
		}
		finally {
			this.mutex.unlock();
		}
		if (awaited) {
			this.listeners.forEach((listener) -> listener.released(key));
		}
		return CompletableFuture.completedStage(true);
	}

	@Override
	public Subscription subscribe(Listener listener) {
		this.listeners.add(listener);
		listener.resumed();
		return () -> this.listeners.remove(listener);
	}

	@Override
	public CompletionStage<Optional<LockHolder>> holder(LockKey key) {
		this.mutex.lock();
		try {
			long now = this.ticker.nanos();
			return CompletableFuture
				.completedStage(Optional.ofNullable(live(key, now)).map((entry) -> entry.holder(now)));
		}
		finally {
			this.mutex.unlock();
		}
	}

	@Override
	public CompletionStage<Map<String, Object>> probe() {
		return CompletableFuture.completedStage(Map.of("scope", "this JVM only"));
	}

	/**
	 * Return the number of locks that are held.
	 * @return the number
	 */
	public int size() {
		this.mutex.lock();
		try {
			sweep(this.ticker.nanos());
			return this.entries.size();
		}
		finally {
			this.mutex.unlock();
		}
	}

	/** Forget all locks, as a store does that restarts without persistence. */
	public void clear() {
		this.mutex.lock();
		try {
			this.entries.clear();
			this.lastToken = 0;
		}
		finally {
			this.mutex.unlock();
		}
	}

	@GuardedBy("mutex")
	private @Nullable Entry live(LockKey key, long now) {
		Entry entry = this.entries.get(key);
		if (entry != null && entry.expiresAt - now <= 0) {
			this.entries.remove(key);
			return null;
		}
		return entry;
	}

	@GuardedBy("mutex")
	private void put(LockKey key, Entry entry, long now) {
		if (this.entries.size() >= this.sweepAt) {
			sweep(now);
			this.sweepAt = Math.max(1024, 2 * this.entries.size());
		}
		this.entries.put(key, entry);
	}

	@GuardedBy("mutex")
	private void sweep(long now) {
		this.entries.values().removeIf((entry) -> entry.expiresAt - now <= 0);
	}

	@GuardedBy("mutex")
	private long nextToken() {
		// From the wall clock, as other stores do, so that tokens rise over a restart.
		long now = ChronoUnit.MICROS.between(Instant.EPOCH, this.clock.instant());
		this.lastToken = Math.max(this.lastToken + 1, now);
		return this.lastToken;
	}

	@Override
	public List<CompletionStage<Boolean>> renewAll(List<RenewCommand> commands) {
		return commands.stream().map((command) -> renew(command.key(), command.owner(), command.lease())).toList();
	}

	/** A held lock. */
	private static final class Entry {

		private final String owner;

		private final String instance;

		private final long token;

		private final long since;

		private long expiresAt;

		private boolean awaited;

		private Entry(String owner, String instance, long token, long since) {
			this.owner = owner;
			this.instance = instance;
			this.token = token;
			this.since = since;
		}

		private LockHolder holder(long now) {
			return new LockHolder(this.instance, this.token, Duration.ofNanos(now - this.since),
					Duration.ofNanos(this.expiresAt - now));
		}

	}

}
