package dev.distributedlock.test;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

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
import dev.distributedlock.backend.WaitQueue;
import dev.distributedlock.backend.memory.InMemoryLockBackend;

/**
 * The store in memory as the application sees it: with the trouble that a test asks for.
 */
final class TestLockBackend implements LockBackend, SharedGrants, WaitQueue, BatchRenewals, HolderLookup, BackendProbe {

	private final InMemoryLockBackend store;

	private final StoreTrouble trouble;

	private final StoreGrants grants = new StoreGrants();

	private final List<Listener> listeners = new CopyOnWriteArrayList<>();

	TestLockBackend(InMemoryLockBackend store, StoreTrouble trouble) {
		this.store = store;
		this.trouble = trouble;
	}

	@Override
	public String name() {
		return "test";
	}

	@Override
	public CompletionStage<AcquireResult> acquire(AcquireCommand command) {
		return this.trouble.around(() -> this.store.acquire(command).thenApply((result) -> seen(command, result)),
				StoreOperation.ACQUIRE);
	}

	@Override
	public CompletionStage<Exchange> exchange(String previous, AcquireCommand next) {
		return this.trouble.around(() -> this.store.exchange(previous, next).thenApply((exchange) -> {
			this.grants.ended(next.key(), previous);
			seen(next, exchange.next());
			return exchange;
		}), StoreOperation.RELEASE, StoreOperation.ACQUIRE);
	}

	private AcquireResult seen(AcquireCommand command, AcquireResult result) {
		if (result instanceof AcquireResult.Acquired acquired) {
			this.grants.granted(command.key(), command.owner(), acquired);
		}
		return result;
	}

	@Override
	public CompletionStage<Boolean> renew(LockKey key, String owner, Duration lease) {
		if (this.grants.isRevoked(owner)) {
			return CompletableFuture.completedStage(false);
		}
		return this.trouble.around(() -> this.store.renew(key, owner, lease), StoreOperation.RENEW);
	}

	@Override
	public List<CompletionStage<Boolean>> renewAll(List<RenewCommand> commands) {
		return commands.stream().map((command) -> renew(command.key(), command.owner(), command.lease())).toList();
	}

	@Override
	public CompletionStage<Boolean> release(LockKey key, String owner) {
		return this.trouble.around(() -> this.store.release(key, owner).thenApply((released) -> {
			this.grants.ended(key, owner);
			return released;
		}), StoreOperation.RELEASE);
	}

	@Override
	public Subscription subscribe(Listener listener) {
		Listener reachable = new ReachableListener(listener);
		this.listeners.add(reachable);
		Subscription subscription = this.store.subscribe(reachable);
		return () -> {
			this.listeners.remove(reachable);
			subscription.close();
		};
	}

	@Override
	public CompletionStage<Optional<LockHolder>> holder(LockKey key) {
		return this.trouble.around(() -> this.store.holder(key));
	}

	@Override
	public CompletionStage<Map<String, Object>> probe() {
		return this.trouble.around(() -> CompletableFuture.completedStage(Map.of("scope", "tests")));
	}

	/** The application can reach the store again, and may have missed messages. */
	void reachableAgain() {
		this.listeners.forEach(Listener::resumed);
	}

	/**
	 * Take a grant away from the application.
	 * @return whether the store knew it
	 */
	boolean revoke(LockKey key, long token) {
		Optional<String> owner = this.grants.owner(key, token);
		owner.ifPresent((known) -> {
			this.grants.revoke(known);
			this.grants.ended(key, known);
			this.store.release(key, known);
		});
		return owner.isPresent();
	}

	private final class ReachableListener implements Listener {

		private final Listener listener;

		private ReachableListener(Listener listener) {
			this.listener = listener;
		}

		@Override
		public void granted(Grant grant) {
			if (!TestLockBackend.this.trouble.isCutOff()) {
				TestLockBackend.this.grants.granted(grant.key(), grant.owner(), grant.acquired());
				this.listener.granted(grant);
			}
		}

		@Override
		public void wanted(LockKey key) {
			if (!TestLockBackend.this.trouble.isCutOff()) {
				this.listener.wanted(key);
			}
		}

		@Override
		public void resumed() {
			this.listener.resumed();
		}

	}

}
