package dev.distributedlock.interceptor;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;

import dev.distributedlock.LockContext;
import dev.distributedlock.LockLease;
import dev.distributedlock.LockLostException;
import dev.distributedlock.LockRequest;
import dev.distributedlock.LockTimeoutException;
import dev.distributedlock.annotation.OnLockLost;
import dev.distributedlock.interceptor.ReactiveLockTransactions.Active;
import dev.distributedlock.reactive.ReactiveLockContext;
import org.aopalliance.intercept.MethodInvocation;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.ContextView;

import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;

/**
 * A call that is over when the subscription to what its method returns ends. Each
 * subscription takes the locks anew; the Reactor context carries them, so that locked
 * calls within it are re-entrant.
 */
final class PublisherCall {

	private final LockSequence locks;

	private final ReactiveLockTransactions transactions;

	private final LockOperation operation;

	private final DetachedCall call;

	private final Supplier<? extends PublishedWork> works;

	/**
	 * Create a call.
	 * @param works makes the work of each subscription
	 */
	PublisherCall(LockSequence locks, CallTransactions transactions, LockOperation operation, DetachedCall call,
			Supplier<? extends PublishedWork> works) {
		this.locks = locks;
		this.transactions = transactions.reactive().get();
		this.operation = operation;
		this.call = call;
		this.works = works;
	}

	/**
	 * Begin a call of a method that returns a reactive type.
	 * @return what the caller gets; all failures are told by it
	 */
	static Object publisher(LockSequence locks, CallTransactions transactions, LockOperation operation,
			MethodInvocation invocation) {
		ReactiveAdapter adapter = Objects.requireNonNull(
				ReactiveAdapterRegistry.getSharedInstance().getAdapter(invocation.getMethod().getReturnType()));
		PublishedWork work = new PublishedWork.Adapted(adapter, operation.location());
		PublisherCall call = new PublisherCall(locks, transactions, operation, new DetachedCall(invocation),
				() -> work);
		return adapter.fromPublisher((adapter.isMultiValue()) ? call.many() : call.one());
	}

	/** Return what takes the locks for each of its subscriptions. */
	Flux<Object> many() {
		return Flux.deferContextual((context) -> {
			PublishedWork work = this.works.get();
			List<LockRequest> requests = this.operation.requestsFor(this.call.invocation());
			if (requests.isEmpty()) {
				return start(work, List.of());
			}
			return this.transactions.beforeAcquire(this.operation.location(), requests)
				.flatMapMany((transaction) -> many(work, requests, context, transaction))
				.onErrorMap(Lost::isCauseOf, Lost::lossOf)
				.onErrorResume(Busy.class, (busy) -> answer(busy, work));
		});
	}

	private Flux<Object> many(PublishedWork work, List<LockRequest> requests, ContextView context, Active transaction) {
		return Flux.defer(() -> {
			LocksOfSubscription wanted = acquire(requests, context, transaction);
			return Flux.usingWhen(granted(wanted), (held) -> guarded(wanted, held, work, context, transaction),
					(held) -> completed(wanted.current(held)), (held, failure) -> failed(wanted.current(held), failure),
					(held) -> cancelled(wanted.current(held), work))
				.doOnCancel(() -> wanted.giveUp(this::giveBack));
		});
	}

	/** Return the same as {@link #many()}, for one element. */
	Mono<Object> one() {
		return Mono.deferContextual((context) -> {
			PublishedWork work = this.works.get();
			List<LockRequest> requests = this.operation.requestsFor(this.call.invocation());
			if (requests.isEmpty()) {
				return Mono.fromDirect(start(work, List.of()));
			}
			return this.transactions.beforeAcquire(this.operation.location(), requests)
				.flatMap((transaction) -> one(work, requests, context, transaction))
				.onErrorMap(Lost::isCauseOf, Lost::lossOf)
				.onErrorResume(Busy.class, (busy) -> Mono.fromDirect(answer(busy, work)));
		});
	}

	private Mono<Object> one(PublishedWork work, List<LockRequest> requests, ContextView context, Active transaction) {
		return Mono.defer(() -> {
			LocksOfSubscription wanted = acquire(requests, context, transaction);
			return Mono.usingWhen(granted(wanted),
					(held) -> Mono.fromDirect(guarded(wanted, held, work, context, transaction)),
					(held) -> completed(wanted.current(held)), (held, failure) -> failed(wanted.current(held), failure),
					(held) -> cancelled(wanted.current(held), work))
				.doOnCancel(() -> wanted.giveUp(this::giveBack));
		});
	}

	private LocksOfSubscription acquire(List<LockRequest> requests, ContextView context, Active transaction) {
		List<LockLease> outer = new ArrayList<>(transaction.leases());
		outer.addAll(ReactiveLockContext.leases(context));
		List<LockContext.Scope> scopes = LockScopes.attach(outer);
		try {
			return new LocksOfSubscription(this.locks.acquireAsync(requests));
		}
		finally {
			LockScopes.end(scopes);
		}
	}

	private static Mono<HeldLocks> granted(LocksOfSubscription wanted) {
		// Apart from what the method throws, which may have locks of its own.
		return wanted.granted().onErrorMap(LockTimeoutException.class, Busy::new);
	}

	private Publisher<Object> guarded(LocksOfSubscription wanted, HeldLocks granted, PublishedWork work,
			ContextView context, Active transaction) {
		boolean lossTolerated = this.operation.whenLost() == OnLockLost.LOG;
		HeldLocks held = wanted.take(granted,
				(taken) -> taken.endingWith(transaction.join(taken.leases(), lossTolerated)));
		if (held == null) {
			return Flux.never();
		}
		List<LockLease> all = held.innermostFirst();
		all.addAll(ReactiveLockContext.leases(context));
		List<LockLease> leases = List.copyOf(all);
		Publisher<Object> attached = (subscriber) -> this.call.under(leases, () -> {
			start(work, leases).subscribe(subscriber);
			return null;
		});
		Flux<Object> guarded = Flux.from(attached).contextWrite((outer) -> ReactiveLockContext.put(outer, leases));
		return (this.operation.whenLost() == OnLockLost.INTERRUPT) ? guarded.takeUntilOther(loss(held)) : guarded;
	}

	private Publisher<Object> start(PublishedWork work, List<LockLease> leases) {
		try {
			return work.start(this.call, leases);
		}
		// Whatever the method throws is what its publisher would have failed with.
		catch (Throwable ex) {
			return Flux.error(ex);
		}
	}

	private static Mono<Object> loss(HeldLocks held) {
		return Mono.create((sink) -> held
			.onLost((event) -> sink.error(new LockLostException("Lock '" + event.key() + "' was lost (" + event.reason()
					+ ") while the method ran, which was cancelled", null, event.name()))));
	}

	private Mono<Void> completed(HeldLocks held) {
		return release(() -> {
			if (this.operation.whenLost() == OnLockLost.LOG) {
				BlockingCall.closeAndLogLoss(held, this.operation);
			}
			else {
				closeOrTellLoss(held);
			}
		});
	}

	private static void closeOrTellLoss(HeldLocks held) {
		try {
			held.close();
		}
		catch (LockLostException ex) {
			throw new Lost(ex);
		}
	}

	private Mono<Void> failed(HeldLocks held, Throwable failure) {
		return release(() -> held.closeAfter(failure));
	}

	private Mono<Void> cancelled(HeldLocks held, PublishedWork work) {
		return work.end().then(release(() -> BlockingCall.closeAndLogLoss(held, this.operation)));
	}

	private void giveBack(HeldLocks held) {
		release(() -> held.rollBack(new CancellationException())).subscribe();
	}

	// A round trip, not to be made by a thread that must not block.
	private static Mono<Void> release(Runnable release) {
		return Mono.<Void>fromRunnable(release).subscribeOn(Schedulers.boundedElastic());
	}

	private Publisher<Object> answer(Busy busy, PublishedWork work) {
		try {
			Object answer = this.call.under(List.of(),
					() -> this.operation.whenBusy().answer(busy.cause(), this.call.invocation()));
			return (answer != null) ? work.answer(answer) : Flux.empty();
		}
		// Fallbacks and handlers may throw anything.
		catch (Throwable ex) {
			return Flux.error(ex);
		}
	}

	/** A lock of this very call was lost: Reactor wraps what a release throws. */
	private static final class Lost extends RuntimeException {

		private static final long serialVersionUID = 1L;

		private final LockLostException loss;

		Lost(LockLostException loss) {
			super(null, null, false, false);
			this.loss = loss;
		}

		static boolean isCauseOf(Throwable failure) {
			return failure.getCause() instanceof Lost;
		}

		static Throwable lossOf(Throwable failure) {
			return (failure.getCause() instanceof Lost lost) ? lost.loss : failure;
		}

	}

	/** The locks of this very call were busy. */
	private static final class Busy extends RuntimeException {

		private static final long serialVersionUID = 1L;

		private final LockTimeoutException busy;

		Busy(LockTimeoutException busy) {
			super(null, null, false, false);
			this.busy = busy;
		}

		LockTimeoutException cause() {
			return this.busy;
		}

	}

}
