package dev.distributedlock.interceptor;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * The locks that one subscription has asked for, until its work takes them over or the
 * subscriber gives up.
 */
// Reactor lets a value go without a word if its subscriber cancels between the moment it
// is there and the request for it. A lock would stay held by nobody, so who takes the
// locks over, the work or the one that gives them back, is decided here.
final class LocksOfSubscription {

	private final CompletableFuture<HeldLocks> acquisition;

	private final AtomicBoolean decided = new AtomicBoolean();

	private volatile @Nullable HeldLocks taken;

	LocksOfSubscription(CompletableFuture<HeldLocks> acquisition) {
		this.acquisition = acquisition;
	}

	/** Return the locks; cancelling it ends the wait for them. */
	Mono<HeldLocks> granted() {
		return Mono.fromFuture(this.acquisition);
	}

	/**
	 * Take the locks over.
	 * @param joining what becomes of them then, such as to be kept by a transaction
	 * @return the locks, {@code null} if the subscriber has given up before
	 */
	@Nullable HeldLocks take(HeldLocks held, UnaryOperator<HeldLocks> joining) {
		if (!this.decided.compareAndSet(false, true)) {
			return null;
		}
		HeldLocks joined = joining.apply(held);
		this.taken = joined;
		return joined;
	}

	/** Return the locks as they are to be let go of. */
	HeldLocks current(HeldLocks held) {
		HeldLocks joined = this.taken;
		return (joined != null) ? joined : held;
	}

	/**
	 * Give up, and give back what was granted, unless it was taken over.
	 * @param back gives back, now or when the grant comes
	 */
	void giveUp(Consumer<HeldLocks> back) {
		if (this.decided.compareAndSet(false, true)) {
			CompletionStage<HeldLocks> grant = this.acquisition;
			grant.whenComplete((held, failure) -> {
				if (held != null) {
					back.accept(held);
				}
			});
		}
	}

}
