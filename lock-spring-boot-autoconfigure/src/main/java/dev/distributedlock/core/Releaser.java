package dev.distributedlock.core;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

import dev.distributedlock.LockListener;
import dev.distributedlock.LockLostEvent;
import dev.distributedlock.LockLostEvent.Reason;
import dev.distributedlock.backend.AcquireCommand;
import dev.distributedlock.backend.WaitQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets go of holds: hands the store's grant on within this JVM, or releases it together
 * with the attempt of the next one of this JVM, or just releases it.
 */
// The line of the key goes on in each case, whatever the store answers. The holder that
// lets go stays first in its line until somebody takes its place or the release is over,
// also if its thread does not wait for that: the next of the line does instead.
final class Releaser {

	private static final Logger logger = LoggerFactory.getLogger(Releaser.class);

	private final Engine engine;

	Releaser(Engine engine) {
		this.engine = engine;
	}

	/** Let go of a hold whose last lease was closed. */
	void release(Hold hold) {
		if (!hold.end()) {
			this.engine.ended(hold, abandon(hold));
			return;
		}
		this.engine.renewer().forget(hold);
		Acquisition holder = this.engine.acquisition(hold);
		if (holder == null) {
			this.engine.ended(hold, releaseInStore(hold, null));
		}
		else if (!this.engine.kept().keep(hold, holder) && !handOn(hold, holder)) {
			if (this.engine.handOver().asynchronous()) {
				this.engine.concluded(hold, LockListener.Outcome.RELEASED);
				releaseLater(hold, holder);
			}
			else {
				this.engine.ended(hold, releaseInStore(hold, holder));
			}
		}
	}

	/** Let go of what was kept after its hold had ended; does not block. */
	void letGo(Hold hold, Acquisition holder) {
		if (!handOn(hold, holder)) {
			releaseLater(hold, holder);
		}
	}

	/** Let the next of this JVM have the store's grant, which costs no round trip. */
	private boolean handOn(Hold hold, Acquisition holder) {
		Acquisition next = this.engine.closed() ? null
				: this.engine.lines().handOn(holder.line(), holder, (waiter) -> waiter.takesOver(hold));
		if (next != null) {
			handedOn(hold, next);
		}
		return next != null;
	}

	/** The next of this JVM has taken the place of a holder. */
	void handedOn(Hold hold, Acquisition next) {
		// The new hold is there before the old one goes: a shutdown sees one of them. The
		// next one does not wait for what listeners do with the end of the old one.
		next.complete(this.engine.granted(next, next.takeOver(hold)));
		this.engine.ended(hold, LockListener.Outcome.RELEASED);
		if (hold.grant().takeMissedClaim()) {
			new GrantClaim(this.engine, hold.grant()).start();
		}
	}

	private Supplier<CompletionStage<Boolean>> command(Hold hold, @Nullable Acquisition holder) {
		WaitQueue queue = this.engine.queue().source();
		Acquisition next = (queue != null && holder != null && !this.engine.closed())
				? this.engine.lines().handOn(holder.line(), holder, (waiter) -> waiter.attempts(hold)) : null;
		return (queue != null && next != null) ? () -> exchange(hold, queue, next)
				: () -> this.engine.backend().release(hold.key(), hold.owner());
	}

	private CompletionStage<Boolean> exchange(Hold hold, WaitQueue queue, Acquisition next) {
		long sentAt = this.engine.ticker().nanos();
		AcquireCommand attempt = next.command();
		CompletionStage<WaitQueue.Exchange> answer = this.engine.calls()
			.send(() -> queue.exchange(hold.owner(), attempt));
		answer.whenComplete(
				(exchange, failure) -> next.onExchange(sentAt, (exchange != null) ? exchange.next() : null, failure));
		return answer.thenApply(WaitQueue.Exchange::released);
	}

	private LockListener.Outcome releaseInStore(Hold hold, @Nullable Acquisition holder) {
		try {
			return outcome(hold, this.engine.calls().call(command(hold, holder)), null);
		}
		catch (RuntimeException ex) {
			// Whatever it was, the line of the key has to go on.
			return outcome(hold, null, ex);
		}
	}

	/** Release without waiting for the answer, which the next of the line does. */
	private void releaseLater(Hold hold, Acquisition holder) {
		holder.leaving();
		CompletableFuture<Boolean> answer = this.engine.calls().send(command(hold, holder)).toCompletableFuture();
		Scheduler.Task timeout = this.engine.scheduler()
			.after(this.engine.calls().timeout().toNanos(),
					() -> answer.completeExceptionally(new TimeoutException("no answer in time")));
		CompletionStage<Boolean> end = answer;
		end.whenComplete((released, failure) -> {
			timeout.cancel();
			// Its holder was done in time: only keeping it, or the answer, took longer.
			boolean heldToItsEnd = Boolean.FALSE.equals(released) && hold.remaining() <= 0;
			if (!heldToItsEnd) {
				outcome(hold, released, (failure != null) ? this.engine.calls().failure(failure) : null);
			}
			this.engine.leave(holder);
		});
	}

	private LockListener.Outcome outcome(Hold hold, @Nullable Boolean released, @Nullable Throwable failure) {
		if (released == null) {
			logger.warn("Releasing lock '{}' was not confirmed; it is repeated in the background: {}",
					hold.request().name(), (failure != null) ? failure.getMessage() : "it answered nothing");
			giveBack(hold);
			return LockListener.Outcome.UNCONFIRMED;
		}
		if (released) {
			if (hold.grant().hasLooseAttempts()) {
				// One that arrives only now would lock for nobody.
				giveBack(hold);
			}
			return LockListener.Outcome.RELEASED;
		}
		hold.disown();
		this.engine.announceLoss(hold);
		return LockListener.Outcome.LOST;
	}

	/** Let go of a hold that was lost. */
	private LockListener.Outcome abandon(Hold hold) {
		LockLostEvent loss = hold.loss();
		if (hold.keptFor() > 0) {
			return LockListener.Outcome.LOST;
		}
		if (loss == null || loss.reason() != Reason.NOT_HELD || hold.grant().hasLooseAttempts()) {
			// Over as far as this JVM knows; a renewal whose answer was lost may have
			// made it last longer in the store.
			giveBack(hold);
		}
		return LockListener.Outcome.LOST;
	}

	private void giveBack(Hold hold) {
		this.engine.orphans().giveBack(hold.key(), hold.owner(), hold.longest());
	}

}
