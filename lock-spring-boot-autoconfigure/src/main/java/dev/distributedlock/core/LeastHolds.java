package dev.distributedlock.core;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import dev.distributedlock.LockListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds that have ended before their least time: the lock stays taken until then.
 */
// The store was asked for a lease of at least that time when it granted the lock, so
// nothing is to be done for it now, and nothing is lost if this process ends. The last
// holder stays first of its line, so that nobody of this JVM asks the store or is handed
// the grant. When the time is over a timer lets go as a holder would have done. A
// shutdown merely forgets: releasing is up to the lease.
final class LeastHolds {

	private static final Logger logger = LoggerFactory.getLogger(LeastHolds.class);

	private final Engine engine;

	private final Releaser releaser;

	private final Map<Hold, Acquisition> holders = new ConcurrentHashMap<>();

	LeastHolds(Engine engine, Releaser releaser) {
		this.engine = engine;
		this.releaser = releaser;
	}

	/** Keep a hold that has ended, if it has ended too early. */
	boolean keep(Hold hold, Acquisition holder) {
		long left = hold.keptFor();
		if (left <= 0) {
			return false;
		}
		if (hold.keptLonger()) {
			prolong(hold, Duration.ofNanos(left));
		}
		this.engine.concluded(hold, LockListener.Outcome.RELEASED);
		this.holders.put(hold, holder);
		if (this.engine.closed()) {
			// A shutdown that had not seen it yet does not wait for it.
			forget(hold);
		}
		else {
			this.engine.scheduler().after(left, () -> letGo(hold));
		}
		return true;
	}

	/** What a nested acquisition has asked for is not in the store yet. */
	private void prolong(Hold hold, Duration left) {
		try {
			this.engine.calls().call(() -> this.engine.backend().renew(hold.key(), hold.owner(), left));
		}
		// The work is done, and its holder cannot do anything about it.
		catch (RuntimeException ex) {
			logger.warn("Lock '{}' may be free before it was held for its least time, {} from now: {}",
					hold.request().name(), Texts.duration(left), ex.getMessage());
		}
	}

	private void letGo(Hold hold) {
		Acquisition holder = this.holders.remove(hold);
		if (holder != null) {
			this.releaser.letGo(hold, holder);
		}
	}

	private void forget(Hold hold) {
		Acquisition holder = this.holders.remove(hold);
		if (holder != null) {
			this.engine.leave(holder);
		}
	}

	void forgetAll() {
		List.copyOf(this.holders.keySet()).forEach(this::forget);
	}

}
