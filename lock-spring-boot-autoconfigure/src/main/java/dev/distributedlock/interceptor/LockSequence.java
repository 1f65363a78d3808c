package dev.distributedlock.interceptor;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import dev.distributedlock.LockLease;
import dev.distributedlock.LockRegistry;
import dev.distributedlock.LockRequest;

/**
 * Acquires the locks of a call one after the other, all or none.
 */
final class LockSequence {

	private final Supplier<LockRegistry> registry;

	private final LockBudget budget;

	LockSequence(Supplier<LockRegistry> registry, LockBudget budget) {
		this.registry = registry;
		this.budget = budget;
	}

	/**
	 * Acquire all locks for the current thread, which waits.
	 * @param requests what to lock, in canonical order
	 * @return what is held, all of it
	 * @throws dev.distributedlock.LockException if one of them was not granted; the
	 * others were given back, the last one first
	 */
	HeldLocks acquire(List<LockRequest> requests) {
		if (requests.size() == 1) {
			return new HeldLocks(List.of(this.registry.get().acquire(requests.get(0))));
		}
		LockBudget.Running time = this.budget.start();
		List<LockLease> leases = new ArrayList<>(requests.size());
		try {
			for (LockRequest request : requests) {
				leases.add(this.registry.get().acquire(time.limit(request)));
			}
			return new HeldLocks(leases);
		}
		// Whatever it is: nothing may stay locked.
		catch (RuntimeException | Error ex) {
			new HeldLocks(leases).rollBack(ex);
			throw ex;
		}
	}

	/**
	 * Acquire all locks without blocking a thread.
	 * @param requests what to lock, in canonical order
	 * @return a future that completes with what is held, or as {@link #acquire(List)}
	 * fails; cancelling it ends the wait and gives back what was granted
	 */
	CompletableFuture<HeldLocks> acquireAsync(List<LockRequest> requests) {
		return new AsyncLockSequence(this.registry.get(), requests, this.budget.start()).start();
	}

}
