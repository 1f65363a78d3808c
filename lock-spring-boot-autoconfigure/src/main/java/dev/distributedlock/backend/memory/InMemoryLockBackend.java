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
import dev.distributedlock.backend.RenewCommand;
import dev.distributedlock.backend.Ticker;
import dev.distributedlock.backend.WaitQueue;
import org.jspecify.annotations.Nullable;

/**
 * A {@link LockBackend} in the memory of this JVM. Registries that share an instance of
 * it exclude each other as nodes of a cluster do.
 */
// One mutex guards all; nothing is called while it is held. Entries that have expired are
// replaced or dropped when their key is touched, and swept when the map has doubled.
public final class InMemoryLockBackend implements LockBackend, BatchRenewals, WaitQueue, HolderLookup, BackendProbe {

	/** The name of this store in {@code distributed-lock.backend}. */
	public static final String NAME = "in-memory";

	/** How long a grant to one of the queue lasts until it is renewed. */
	private static final Duration CLAIM = Duration.ofSeconds(3);

	private final Ticker ticker;

	private final InstantSource clock = InstantSource.system();

	private final List<Listener> listeners = new CopyOnWriteArrayList<>();

	private final ReentrantLock mutex = new ReentrantLock();

	@GuardedBy("mutex")
	private final Map<LockKey, HeldLock> entries = new HashMap<>();

	@GuardedBy("mutex")
	private final Queues queues = new Queues();

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
		return CompletableFuture.completedStage(attempt(null, command).next());
	}

	@Override
	public CompletionStage<Exchange> exchange(String previous, AcquireCommand next) {
		return CompletableFuture.completedStage(attempt(previous, next));
	}

	private Exchange attempt(@Nullable String previous, AcquireCommand next) {
		LockKey key = next.key();
		Grant granted = null;
		boolean wanted = false;
		try {
			this.mutex.lock();
			try {
				long now = this.ticker.nanos();
				HeldLock entry = live(key, now);
				boolean released = entry != null && entry.isHeldBy(previous);
				if (released) {
					this.entries.remove(key);
					entry = null;
				}
				if (entry == null) {
					AcquireCommand first = this.queues.first(key, now);
					if (first != null && !first.owner().equals(next.owner())) {
						this.queues.enlist(next, now);
						granted = grantFirst(key, now);
						entry = live(key, now);
					}
				}
				if (entry == null) {
					this.queues.remove(key, next.owner());
					entry = put(next, next.lease(), now);
				}
				if (entry.isHeldBy(next.owner())) {
					entry.lastUntil(now + next.lease().toNanos());
					return new Exchange(released, acquired(key, entry, now));
				}
				this.queues.enlist(next, now);
				wanted = entry.isRevocable();
				return new Exchange(released, new AcquireResult.Denied(entry.holder(now)));
			}
			finally {
				this.mutex.unlock();
			}
		}
		finally {
			tell(granted);
			if (wanted) {
				this.listeners.forEach((listener) -> listener.wanted(key));
			}
		}
	}

	@Override
	public CompletionStage<Boolean> renew(LockKey key, String owner, Duration lease) {
		this.mutex.lock();
		try {
			long now = this.ticker.nanos();
			HeldLock entry = live(key, now);
			if (entry == null || !entry.isHeldBy(owner)) {
				return CompletableFuture.completedStage(false);
			}
			entry.lastUntil(now + lease.toNanos());
			return CompletableFuture.completedStage(true);
		}
		finally {
			this.mutex.unlock();
		}
	}

	@Override
	public CompletionStage<Boolean> release(LockKey key, String owner) {
		Grant granted;
		this.mutex.lock();
		try {
			long now = this.ticker.nanos();
			HeldLock entry = live(key, now);
			if (entry == null || !entry.isHeldBy(owner)) {
				this.queues.remove(key, owner);
				return CompletableFuture.completedStage(false);
			}
			this.entries.remove(key);
			granted = grantFirst(key, now);
		}
		finally {
			this.mutex.unlock();
		}
		tell(granted);
		return CompletableFuture.completedStage(true);
	}

	private void tell(@Nullable Grant grant) {
		if (grant != null) {
			this.listeners.forEach((listener) -> listener.granted(grant));
		}
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
	 * Return the number of locks that are held, and of owners that wait for one.
	 * @return the number
	 */
	public int size() {
		this.mutex.lock();
		try {
			sweep(this.ticker.nanos());
			return this.entries.size() + this.queues.size();
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
			this.queues.clear();
			this.lastToken = 0;
		}
		finally {
			this.mutex.unlock();
		}
	}

	@GuardedBy("mutex")
	private @Nullable HeldLock live(LockKey key, long now) {
		HeldLock entry = this.entries.get(key);
		if (entry != null && entry.isOver(now)) {
			this.entries.remove(key);
			return null;
		}
		return entry;
	}

	/** Grant a free lock to the first of its queue. */
	@GuardedBy("mutex")
	private @Nullable Grant grantFirst(LockKey key, long now) {
		AcquireCommand first = this.queues.first(key, now);
		if (first == null) {
			return null;
		}
		this.queues.remove(key, first.owner());
		Duration lease = (first.lease().compareTo(CLAIM) < 0) ? first.lease() : CLAIM;
		HeldLock entry = put(first, lease, now);
		return new Grant(key, first.owner(), acquired(key, entry, now), lease);
	}

	@GuardedBy("mutex")
	private AcquireResult.Acquired acquired(LockKey key, HeldLock entry, long now) {
		return entry.acquired(this.queues.first(key, now) != null);
	}

	@GuardedBy("mutex")
	private HeldLock put(AcquireCommand command, Duration lease, long now) {
		if (this.entries.size() >= this.sweepAt) {
			sweep(now);
			this.sweepAt = Math.max(1024, 2 * this.entries.size());
		}
		HeldLock entry = new HeldLock(command, nextToken(command.tokens()), now, lease);
		this.entries.put(command.key(), entry);
		return entry;
	}

	@GuardedBy("mutex")
	private void sweep(long now) {
		this.entries.values().removeIf((entry) -> entry.isOver(now));
		this.queues.sweep(now);
	}

	@GuardedBy("mutex")
	private long nextToken(int count) {
		// From the wall clock, as other stores do, so that tokens rise over a restart.
		long now = ChronoUnit.MICROS.between(Instant.EPOCH, this.clock.instant());
		long first = Math.max(this.lastToken + 1, now);
		this.lastToken = first + count - 1;
		return first;
	}

	@Override
	public List<CompletionStage<Boolean>> renewAll(List<RenewCommand> commands) {
		return commands.stream().map((command) -> renew(command.key(), command.owner(), command.lease())).toList();
	}

}
