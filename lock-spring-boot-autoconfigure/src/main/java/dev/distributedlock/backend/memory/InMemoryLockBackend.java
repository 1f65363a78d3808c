package dev.distributedlock.backend.memory;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
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
import dev.distributedlock.backend.SharedGrants;
import dev.distributedlock.backend.Ticker;
import dev.distributedlock.backend.WaitQueue;
import org.jspecify.annotations.Nullable;

/**
 * A {@link LockBackend} in the memory of this JVM. Registries that share an instance of
 * it exclude each other as nodes of a cluster do.
 */
// One mutex guards all; nothing is called while it is held. Entries that have expired are
// replaced or dropped when their key is touched, and swept when the map has doubled.
public final class InMemoryLockBackend
		implements LockBackend, SharedGrants, BatchRenewals, WaitQueue, HolderLookup, BackendProbe {

	/** The name of this store in {@code distributed-lock.backend}. */
	public static final String NAME = "in-memory";

	/** How long a grant to one of the queue lasts until it is renewed. */
	private static final Duration CLAIM = Duration.ofSeconds(3);

	private final Ticker ticker;

	private final InstantSource clock = InstantSource.system();

	private final List<Listener> listeners = new CopyOnWriteArrayList<>();

	private final ReentrantLock mutex = new ReentrantLock();

	@GuardedBy("mutex")
	private final Map<LockKey, Holders> entries = new HashMap<>();

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
		List<Grant> granted = new ArrayList<>();
		boolean wanted = false;
		try {
			this.mutex.lock();
			try {
				long now = this.ticker.nanos();
				boolean released = remove(key, previous, now);
				HeldLock held = held(key, next.owner(), now);
				if (held == null) {
					held = grant(next, now, granted);
				}
				if (held != null) {
					held.lastUntil(now + next.lease().toNanos());
					return new Exchange(released, acquired(key, held, now));
				}
				Holders holders = live(key, now);
				wanted = holders != null && holders.isRevocable();
				return new Exchange(released,
						new AcquireResult.Denied((holders != null) ? holders.describe(now) : null, this.lastToken));
			}
			finally {
				this.mutex.unlock();
			}
		}
		finally {
			granted.forEach(this::tell);
			if (wanted) {
				this.listeners.forEach((listener) -> listener.wanted(key));
			}
		}
	}

	/**
	 * Grant a lock to one who asks for it, unless others come first or hold it.
	 * @param granted is filled with what is granted from the queue on the occasion
	 */
	@GuardedBy("mutex")
	private @Nullable HeldLock grant(AcquireCommand next, long now, List<Grant> granted) {
		LockKey key = next.key();
		if (this.queues.first(key, now) != null || !admits(key, next, now)) {
			this.queues.enlist(next, now);
			grantQueued(key, now, granted);
			// Its answer says so.
			granted.removeIf((grant) -> grant.owner().equals(next.owner()));
		}
		HeldLock held = held(key, next.owner(), now);
		if (held == null && this.queues.first(key, now) == null && admits(key, next, now)) {
			held = put(next, next.lease(), now);
		}
		return held;
	}

	@Override
	public CompletionStage<Boolean> renew(LockKey key, String owner, Duration lease) {
		this.mutex.lock();
		try {
			long now = this.ticker.nanos();
			HeldLock held = held(key, owner, now);
			if (held != null) {
				held.lastUntil(now + lease.toNanos());
			}
			return CompletableFuture.completedStage(held != null);
		}
		finally {
			this.mutex.unlock();
		}
	}

	@Override
	public CompletionStage<Boolean> release(LockKey key, String owner) {
		List<Grant> granted = new ArrayList<>();
		boolean released;
		this.mutex.lock();
		try {
			long now = this.ticker.nanos();
			released = remove(key, owner, now);
			if (!released) {
				this.queues.remove(key, owner);
			}
			// One that leaves the queue may have kept others from sharing the lock.
			grantQueued(key, now, granted);
		}
		finally {
			this.mutex.unlock();
		}
		granted.forEach(this::tell);
		return CompletableFuture.completedStage(released);
	}

	private void tell(Grant grant) {
		this.listeners.forEach((listener) -> listener.granted(grant));
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
				.completedStage(Optional.ofNullable(live(key, now)).map((holders) -> holders.describe(now)));
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
	private @Nullable Holders live(LockKey key, long now) {
		Holders holders = this.entries.get(key);
		if (holders != null && holders.areOver(now)) {
			this.entries.remove(key);
			return null;
		}
		return holders;
	}

	@GuardedBy("mutex")
	private @Nullable HeldLock held(LockKey key, String owner, long now) {
		Holders holders = live(key, now);
		return (holders != null) ? holders.get(owner) : null;
	}

	@GuardedBy("mutex")
	private boolean remove(LockKey key, @Nullable String owner, long now) {
		Holders holders = live(key, now);
		boolean removed = holders != null && holders.remove(owner);
		if (holders != null && holders.areOver(now)) {
			this.entries.remove(key);
		}
		return removed;
	}

	@GuardedBy("mutex")
	private boolean admits(LockKey key, AcquireCommand command, long now) {
		Holders holders = live(key, now);
		return holders == null || holders.admit(command.maxHolders());
	}

	/** Grant a lock to the first of its queue, and to more if they can share it. */
	@GuardedBy("mutex")
	private void grantQueued(LockKey key, long now, List<Grant> granted) {
		AcquireCommand first = this.queues.first(key, now);
		while (first != null && admits(key, first, now)) {
			this.queues.remove(key, first.owner());
			Duration lease = (first.lease().compareTo(CLAIM) < 0) ? first.lease() : CLAIM;
			HeldLock held = put(first, lease, now);
			granted.add(new Grant(key, first.owner(), acquired(key, held, now), lease));
			first = this.queues.first(key, now);
		}
	}

	@GuardedBy("mutex")
	private AcquireResult.Acquired acquired(LockKey key, HeldLock held, long now) {
		return held.acquired(this.queues.first(key, now) != null);
	}

	@GuardedBy("mutex")
	private HeldLock put(AcquireCommand command, Duration lease, long now) {
		if (this.entries.size() >= this.sweepAt) {
			sweep(now);
			this.sweepAt = Math.max(1024, 2 * this.entries.size());
		}
		HeldLock held = new HeldLock(command, nextToken(command.tokens()), now, lease);
		this.entries.computeIfAbsent(command.key(), (key) -> new Holders()).add(held);
		return held;
	}

	@GuardedBy("mutex")
	private void sweep(long now) {
		this.entries.values().removeIf((holders) -> holders.areOver(now));
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
