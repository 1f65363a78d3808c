package dev.distributedlock.interceptor;

import java.util.List;
import java.util.Objects;

import dev.distributedlock.LockContext;
import dev.distributedlock.LockLease;
import dev.distributedlock.LockLostException;
import dev.distributedlock.LockRequest;
import dev.distributedlock.LockTimeoutException;
import dev.distributedlock.annotation.OnLockLost;
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

	private final LockOperation operation;

	private final DetachedCall call;

	private final ReactiveAdapter adapter;

	PublisherCall(LockSequence locks, LockOperation operation, MethodInvocation invocation) {
		this.locks = locks;
		this.operation = operation;
		this.call = new DetachedCall(invocation);
		this.adapter = Objects.requireNonNull(
				ReactiveAdapterRegistry.getSharedInstance().getAdapter(invocation.getMethod().getReturnType()));
	}

	/** Return what the caller gets; all failures are told by it. */
	Object publisher() {
		return this.adapter.fromPublisher((this.adapter.isMultiValue()) ? many() : one());
	}

	private Flux<Object> many() {
		return Flux.deferContextual((context) -> {
			List<LockRequest> requests = this.operation.requestsFor(this.call.invocation());
			if (requests.isEmpty()) {
				return body();
			}
			return Flux
				.usingWhen(acquire(requests, context), (held) -> Flux.from(guarded(held, context)), this::completed,
						this::failed, this::cancelled)
				.onErrorMap(Lost::isCauseOf, Lost::lossOf)
				.onErrorResume(Busy.class, this::answer);
		});
	}

	private Mono<Object> one() {
		return Mono.deferContextual((context) -> {
			List<LockRequest> requests = this.operation.requestsFor(this.call.invocation());
			if (requests.isEmpty()) {
				return Mono.fromDirect(body());
			}
			return Mono
				.usingWhen(acquire(requests, context), (held) -> Mono.fromDirect(guarded(held, context)),
						this::completed, this::failed, this::cancelled)
				.onErrorMap(Lost::isCauseOf, Lost::lossOf)
				.onErrorResume(Busy.class, (busy) -> Mono.fromDirect(answer(busy)));
		});
	}

	private Mono<HeldLocks> acquire(List<LockRequest> requests, ContextView context) {
		return Mono.fromFuture(() -> {
			List<LockContext.Scope> scopes = LockScopes.attach(ReactiveLockContext.leases(context));
			try {
				return this.locks.acquireAsync(requests);
			}
			finally {
				LockScopes.end(scopes);
			}
		})
			// Granted, and then nobody was there any more.
			.doOnDiscard(HeldLocks.class, (held) -> cancelled(held).subscribe())
			// Apart from what the method throws, which may have locks of its own.
			.onErrorMap(LockTimeoutException.class, Busy::new);
	}

	private Publisher<Object> guarded(HeldLocks held, ContextView context) {
		List<LockLease> leases = held.innermostFirst();
		leases.addAll(ReactiveLockContext.leases(context));
		Publisher<Object> attached = (subscriber) -> this.call.under(leases, () -> {
			body().subscribe(subscriber);
			return null;
		});
		Flux<Object> guarded = Flux.from(attached).contextWrite((outer) -> ReactiveLockContext.put(outer, leases));
		return (this.operation.whenLost() == OnLockLost.INTERRUPT) ? guarded.takeUntilOther(loss(held)) : guarded;
	}

	@SuppressWarnings("unchecked")
	private Publisher<Object> body() {
		try {
			Object returned = this.call.proceed();
			return (returned != null) ? (Publisher<Object>) (Publisher<?>) this.adapter.toPublisher(returned) : Flux
				.error(new IllegalStateException(this.operation.location() + " returned null instead of a publisher"));
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
		return release(() -> held.rollBack(failure));
	}

	private Mono<Void> cancelled(HeldLocks held) {
		return release(() -> BlockingCall.closeAndLogLoss(held, this.operation));
	}

	// A round trip, not to be made by a thread that must not block.
	private static Mono<Void> release(Runnable release) {
		return Mono.<Void>fromRunnable(release).subscribeOn(Schedulers.boundedElastic());
	}

	@SuppressWarnings("unchecked")
	private Publisher<Object> answer(Busy busy) {
		try {
			Object answer = this.call.under(List.of(),
					() -> this.operation.whenBusy().answer(busy.cause(), this.call.invocation()));
			return (answer != null) ? (Publisher<Object>) (Publisher<?>) this.adapter.toPublisher(answer)
					: Flux.empty();
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
