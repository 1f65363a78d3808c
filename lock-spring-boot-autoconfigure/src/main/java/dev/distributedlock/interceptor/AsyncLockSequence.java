package dev.distributedlock.interceptor;

import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.distributedlock.LockContext;
import dev.distributedlock.LockLease;
import dev.distributedlock.LockRegistry;
import dev.distributedlock.LockRequest;
import org.jspecify.annotations.Nullable;

/**
 * Acquires the locks of one call one after the other, each when the one before was
 * granted, all or none.
 */
// One step runs at a time: a step is begun by the completion of the one before. Only the
// cancellation of the result may come at any moment; each step looks for it, and a grant
// that comes later is given back.
final class AsyncLockSequence {

	private final LockRegistry registry;

	private final List<LockRequest> requests;

	private final LockBudget.Running time;

	private final List<LockLease> outer = LockContext.leases();

	private final List<LockLease> leases = new CopyOnWriteArrayList<>();

	private final CompletableFuture<HeldLocks> result = new CompletableFuture<>();

	AsyncLockSequence(LockRegistry registry, List<LockRequest> requests, LockBudget.Running time) {
		this.registry = registry;
		this.requests = requests;
		this.time = time;
	}

	CompletableFuture<HeldLocks> start() {
		next();
		return this.result;
	}

	private void next() {
		if (this.leases.size() == this.requests.size()) {
			if (!this.result.complete(new HeldLocks(List.copyOf(this.leases)))) {
				fail(new CancellationException());
			}
			return;
		}
		CompletionStage<LockLease> attempt = attempt(this.requests.get(this.leases.size()));
		CompletionStage<HeldLocks> cancellation = this.result;
		cancellation.whenComplete((held, failure) -> attempt.toCompletableFuture().cancel(true));
		attempt.whenComplete(this::attempted);
	}

	/** The locks that the caller holds are held re-entrantly, whatever thread asks. */
	private CompletionStage<LockLease> attempt(LockRequest request) {
		List<LockContext.Scope> scopes = LockScopes.attach(this.outer);
		try {
			return this.registry.acquireAsync((this.requests.size() > 1) ? this.time.limit(request) : request);
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
		finally {
			LockScopes.end(scopes);
		}
	}

	private void attempted(@Nullable LockLease lease, @Nullable Throwable failure) {
		if (lease == null) {
			fail(unwrap(failure));
			return;
		}
		this.leases.add(lease);
		if (this.result.isDone()) {
			fail(new CancellationException());
		}
		else {
			next();
		}
	}

	private void fail(Throwable cause) {
		if (this.leases.isEmpty()) {
			this.result.completeExceptionally(cause);
			return;
		}
		// Round trips, not to be made by the thread that cancels or brings an answer.
		this.result.defaultExecutor().execute(() -> {
			new HeldLocks(this.leases).rollBack(cause);
			this.result.completeExceptionally(cause);
		});
	}

	static Throwable unwrap(@Nullable Throwable failure) {
		if (failure instanceof CompletionException && failure.getCause() != null) {
			return failure.getCause();
		}
		return (failure != null) ? failure : new IllegalStateException("Neither granted nor refused");
	}

}
