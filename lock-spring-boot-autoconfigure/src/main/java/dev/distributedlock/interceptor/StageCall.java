package dev.distributedlock.interceptor;

import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import dev.distributedlock.LockLostEvent;
import dev.distributedlock.LockLostException;
import dev.distributedlock.LockRequest;
import dev.distributedlock.LockTimeoutException;
import dev.distributedlock.annotation.OnLockLost;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/**
 * A call that is over when the stage that its method returns is complete. Blocks no
 * thread while it waits for its locks.
 */
// The result is completed after the release, so that whoever is told that the work is
// done finds the lock free, and a loss can be told. Release is a round trip: it must not
// be done by the thread that completes the stage, which may be the one that reads the
// answers of the store. A caller that cancels the result ends the wait, but not the work:
// the stage of the method is not cancelled, since that would release while it goes on.
final class StageCall {

	private final CallTransactions transactions;

	private final LockOperation operation;

	private final DetachedCall call;

	private final CompletableFuture<@Nullable Object> result = new CompletableFuture<>();

	private StageCall(CallTransactions transactions, LockOperation operation, MethodInvocation invocation) {
		this.transactions = transactions;
		this.operation = operation;
		this.call = new DetachedCall(invocation);
	}

	/**
	 * Begin a call.
	 * @return what the caller gets; all failures are told by it
	 */
	static @Nullable CompletionStage<?> start(LockSequence locks, CallTransactions transactions,
			LockOperation operation, MethodInvocation invocation) throws Throwable {
		try {
			List<LockRequest> requests = operation.requestsFor(invocation);
			if (!requests.isEmpty()) {
				StageCall call = new StageCall(transactions, operation, invocation);
				call.begin(locks.acquireAsync(requests));
				return call.result;
			}
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
		return (CompletionStage<?>) invocation.proceed();
	}

	private void begin(CompletableFuture<HeldLocks> acquisition) {
		CompletionStage<@Nullable Object> givenUp = this.result;
		// Ends the wait; does nothing once the locks are held.
		givenUp.whenComplete((value, failure) -> acquisition.cancel(true));
		CompletionStage<HeldLocks> acquired = acquisition;
		acquired.whenComplete((held, failure) -> {
			if (held != null) {
				run(withoutRollback(held));
			}
			else {
				refuse(AsyncLockSequence.unwrap(failure));
			}
		});
	}

	// A transaction of the caller's thread has nothing to do with work that goes on when
	// that transaction is over: the locks are not its own to keep.
	private HeldLocks withoutRollback(HeldLocks held) {
		return (this.operation.whenLost() == OnLockLost.LOG)
				? held.endingWith(this.transactions.blocking().get().tolerateLoss(held.leases())) : held;
	}

	private void refuse(Throwable failure) {
		if (!(failure instanceof LockTimeoutException busy)) {
			this.result.completeExceptionally(failure);
			return;
		}
		try {
			Object answer = this.call.under(List.of(),
					() -> this.operation.whenBusy().answer(busy, this.call.invocation()));
			if (answer instanceof CompletionStage<?> stage) {
				stage.whenComplete(this::complete);
			}
			else {
				this.result.complete(answer);
			}
		}
		// Fallbacks and handlers may throw anything.
		catch (Throwable ex) {
			this.result.completeExceptionally(ex);
		}
	}

	private void run(HeldLocks held) {
		if (this.result.isDone()) {
			// Given up between the grant and now: the method is not to run.
			held.rollBack(new CancellationException());
			return;
		}
		CompletableFuture<LockLostEvent> lost = new CompletableFuture<>();
		if (this.operation.whenLost() == OnLockLost.INTERRUPT) {
			held.onLost(lost::complete);
		}
		CompletionStage<?> body = proceed(held);
		body.whenCompleteAsync((value, failure) -> release(held, value, failure), this.result.defaultExecutor());
		CompletionStage<LockLostEvent> loss = lost;
		loss.thenRun(() -> body.toCompletableFuture().cancel(true));
	}

	private CompletionStage<?> proceed(HeldLocks held) {
		try {
			Object stage = this.call.under(held.innermostFirst(), this.call::proceed);
			return (stage instanceof CompletionStage<?> body) ? body : CompletableFuture.failedFuture(
					new IllegalStateException(this.operation.location() + " returned null instead of a stage"));
		}
		// Whatever the method throws is what its stage would have failed with.
		catch (Throwable ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	private void release(HeldLocks held, @Nullable Object value, @Nullable Throwable failure) {
		Throwable cause = (failure != null) ? AsyncLockSequence.unwrap(failure) : null;
		try {
			if (this.operation.whenLost() == OnLockLost.LOG) {
				BlockingCall.closeAndLogLoss(held, this.operation);
			}
			else {
				held.close();
			}
		}
		catch (LockLostException ex) {
			cause = withLoss(cause, ex);
		}
		// The caller must be told in any case.
		catch (RuntimeException | Error ex) {
			cause = (cause != null) ? cause : ex;
		}
		complete(value, cause);
	}

	private Throwable withLoss(@Nullable Throwable failure, LockLostException loss) {
		if (failure == null) {
			return loss;
		}
		boolean cancelledByLoss = this.operation.whenLost() == OnLockLost.INTERRUPT;
		Throwable told = (cancelledByLoss) ? loss : failure;
		told.addSuppressed((cancelledByLoss) ? failure : loss);
		return told;
	}

	private void complete(@Nullable Object value, @Nullable Throwable failure) {
		if (failure != null) {
			this.result.completeExceptionally(AsyncLockSequence.unwrap(failure));
		}
		else {
			this.result.complete(value);
		}
	}

}
