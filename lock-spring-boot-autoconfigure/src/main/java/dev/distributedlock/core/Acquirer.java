package dev.distributedlock.core;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

import dev.distributedlock.LockContext;
import dev.distributedlock.LockException;
import dev.distributedlock.LockLease;
import dev.distributedlock.LockOptions;
import dev.distributedlock.LockRequest;
import dev.distributedlock.LockSettings;
import dev.distributedlock.backend.LockBackend;
import dev.distributedlock.backend.SharedGrants;
import dev.distributedlock.backend.WaitQueue;
import dev.distributedlock.core.Outcome.Granted;
import dev.distributedlock.core.Outcome.Refused;
import org.jspecify.annotations.Nullable;

/**
 * Takes callers to the outcome of their acquisitions: re-entry first, then a new
 * {@link Acquisition}, which a thread waits for or a future is completed by.
 */
final class Acquirer {

	private final Engine engine;

	private final LockSettings settings;

	Acquirer(Engine engine, LockSettings settings) {
		this.engine = engine;
		this.settings = settings;
	}

	/** Acquire a lock for the current thread, which waits for the outcome. */
	Outcome acquire(LockRequest request) {
		requireSupport(request);
		LockOptions options = this.settings.resolve(request.name(), request.options());
		HeldLease nested = reenter(request, options);
		if (nested != null) {
			return new Granted(nested);
		}
		Terms terms = Terms.of(request, options, Thread.currentThread());
		Deadline deadline = deadline(terms);
		Acquisition acquisition;
		Outcome outcome;
		boolean expired;
		do {
			acquisition = new Acquisition(this.engine, terms, deadline);
			outcome = await(acquisition, deadline);
			expired = expiredInBetween(outcome);
		}
		while (expired && deadline.remaining() > 0);
		return report(acquisition, expired ? Refusals.expired(request) : outcome);
	}

	/** Acquire a lock for nobody in particular, without blocking. */
	CompletionStage<LockLease> acquireAsync(LockRequest request) {
		LockOptions options = this.settings.resolve(request.name(), request.options());
		HeldLease nested;
		try {
			requireSupport(request);
			nested = reenter(request, options);
		}
		catch (LockException | UnsupportedOperationException ex) {
			return CompletableFuture.failedFuture(ex);
		}
		if (nested != null) {
			return CompletableFuture.completedFuture(nested.unbound());
		}
		Terms terms = Terms.of(request, options, /* thread= */ null);
		Deadline deadline = deadline(terms);
		Acquisition acquisition = new Acquisition(this.engine, terms, deadline);
		CompletableFuture<LockLease> result = new CompletableFuture<>();
		Scheduler.Task timeout = this.engine.scheduler()
			.after(deadline.remaining(), () -> acquisition.giveUp(acquisition.timeout()));
		CompletionStage<LockLease> cancellation = result;
		// However the caller ends it: cancelled, timed out or completed.
		cancellation.whenComplete((lease, failure) -> acquisition.giveUp(Refusals.interrupted(request)));
		acquisition.onOutcome((outcome) -> {
			timeout.cancel();
			// Not on the client's thread: the caller's continuation may block.
			result.defaultExecutor().execute(() -> complete(result, report(acquisition, outcome)));
		});
		acquisition.start();
		return result;
	}

	private static void complete(CompletableFuture<LockLease> result, Outcome outcome) {
		if (outcome instanceof Granted granted) {
			if (!result.complete(granted.lease())) {
				granted.lease().giveBack();
			}
		}
		else {
			result.completeExceptionally(((Refused) outcome).exception().get());
		}
	}

	/** A further lease of what the current call context holds already. */
	private @Nullable HeldLease reenter(LockRequest request, LockOptions options) {
		LockLease outer = LockContext
			.find((lease) -> lease instanceof HeldLease held && held.belongsTo(this.engine)
					&& held.key().equals(request.key()))
			.orElse(null);
		if (!(outer instanceof HeldLease held)) {
			return null;
		}
		Hold hold = held.hold();
		// What was let go keeps nobody waiting, and what was lost is told as that.
		if (hold.valid() && hold.request().maxHolders() > request.maxHolders()) {
			throw Refusals.upgrade(request);
		}
		if (!hold.retain()) {
			return null;
		}
		HeldLease nested = new HeldLease(this.engine, hold);
		if (!hold.valid()) {
			// Throws: what was lost cannot be re-entered.
			nested.close();
		}
		if (options.holdAtLeast() != null && !options.holdAtLeast().isZero()) {
			hold.keepFor(options.holdAtLeast());
		}
		if (hold.raise(Objects.requireNonNull(options.leaseTime()), Objects.requireNonNull(options.renew()))) {
			this.engine.renewer().watch(hold);
		}
		return nested;
	}

	/** Refuse what the store cannot do. */
	void requireSupport(LockRequest request) {
		LockBackend backend = this.engine.backend();
		if (request.maxHolders() > 1 && !(backend instanceof SharedGrants)) {
			throw Refusals.unsupported(request, backend, "a lock that several hold at a time");
		}
		if (request.fair() && !(backend instanceof WaitQueue)) {
			throw Refusals.unsupported(request, backend, "a fair lock");
		}
	}

	private Deadline deadline(Terms terms) {
		// A single try is no wait, but its answer needs time.
		return Deadline.after(this.engine.ticker(),
				terms.triesOnce() ? this.engine.calls().timeout() : terms.waitTime());
	}

	private Outcome await(Acquisition acquisition, Deadline deadline) {
		if (Thread.currentThread().isInterrupted()) {
			return Refusals.interrupted(acquisition.request());
		}
		acquisition.start();
		try {
			return this.engine.scheduler().await(acquisition.outcome(), deadline.remaining());
		}
		catch (TimeoutException ex) {
			acquisition.giveUp(acquisition.timeout());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			acquisition.giveUp(Refusals.interrupted(acquisition.request()));
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException(ex.getCause());
		}
		// A grant that was faster than the giving up is kept.
		return acquisition.outcome().join();
	}

	/** The caller's thread was paused for longer than the lease before it got here. */
	private boolean expiredInBetween(Outcome outcome) {
		if (outcome instanceof Granted granted && !granted.lease().isValid()) {
			this.engine.discard(granted.lease().hold());
			return true;
		}
		return false;
	}

	private Outcome report(Acquisition acquisition, Outcome outcome) {
		Duration waited = acquisition.waited();
		if (outcome instanceof Granted granted) {
			this.engine.listeners().tell((listener) -> listener.acquired(granted.lease(), waited));
			return granted;
		}
		Refused refused = (Refused) outcome;
		LockException failure = refused.exception().get();
		this.engine.listeners().tell((listener) -> listener.notAcquired(acquisition.request(), failure, waited));
		return new Refused(refused.busy(), () -> failure);
	}

}
