package dev.distributedlock.core;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

import dev.distributedlock.LockKey;
import dev.distributedlock.backend.LockBackend;
import dev.distributedlock.backend.Ticker;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives back what this JVM may hold in the store without anybody using it: an attempt
 * whose answer was lost or came when nobody waited for it any more, or a release that was
 * not confirmed.
 */
// An owner id belongs to one acquisition, so releasing it is always safe and can be
// repeated until the store answers, or until the lease must have ended there anyway. "Not
// held" is believed when it is said a second time, a command time-out later: the attempt
// it is to undo may still be on its way, on another connection.
final class OrphanReleaser {

	private static final Logger logger = LoggerFactory.getLogger(OrphanReleaser.class);

	private static final Duration FIRST_DELAY = Duration.ofMillis(50);

	private final Engine engine;

	private final LockBackend backend;

	private final Ticker ticker;

	private final Scheduler scheduler;

	private final ConcurrentHashMap<String, Orphan> orphans = new ConcurrentHashMap<>();

	OrphanReleaser(Engine engine, LockBackend backend, Ticker ticker, Scheduler scheduler) {
		this.engine = engine;
		this.backend = backend;
		this.ticker = ticker;
		this.scheduler = scheduler;
	}

	/**
	 * Release in the background.
	 * @param leaseTime how long the store keeps the lock at most, from now
	 */
	void giveBack(LockKey key, String owner, Duration leaseTime) {
		Orphan orphan = new Orphan(key, owner, Deadline.after(this.ticker, leaseTime));
		if (this.orphans.putIfAbsent(owner, orphan) == null) {
			release(orphan, FIRST_DELAY, /* secondLook= */ false);
		}
	}

	/** The number of releases that are not confirmed yet. */
	int size() {
		return this.orphans.size();
	}

	private void release(Orphan orphan, Duration nextDelay, boolean secondLook) {
		CompletionStage<Boolean> answer = this.engine.calls()
			.send(() -> this.backend.release(orphan.key, orphan.owner));
		answer.whenComplete((released, failure) -> onAnswer(orphan, nextDelay, secondLook, released, failure));
	}

	private void onAnswer(Orphan orphan, Duration nextDelay, boolean secondLook, @Nullable Boolean released,
			@Nullable Throwable failure) {
		if (failure == null && (secondLook || Boolean.TRUE.equals(released))) {
			this.orphans.remove(orphan.owner);
			this.engine.wake(orphan.key);
		}
		else if (orphan.end.remaining() == 0) {
			this.orphans.remove(orphan.owner);
			logger.info("A release could not be confirmed; the lock has ended with its lease");
		}
		else if (failure == null) {
			this.scheduler.after(this.engine.calls().timeout().toNanos(),
					() -> release(orphan, nextDelay, /* secondLook= */ true));
		}
		else {
			Duration doubled = nextDelay.multipliedBy(2);
			Duration next = (doubled.compareTo(this.engine.calls().timeout()) < 0) ? doubled
					: this.engine.calls().timeout();
			this.scheduler.after(nextDelay.toNanos(), () -> release(orphan, next, secondLook));
		}
	}

	private record Orphan(LockKey key, String owner, Deadline end) {
	}

}
