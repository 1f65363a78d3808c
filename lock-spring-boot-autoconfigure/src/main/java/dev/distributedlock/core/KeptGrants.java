package dev.distributedlock.core;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import dev.distributedlock.LockKey;
import dev.distributedlock.LockListener;
import dev.distributedlock.backend.Ticker;

/**
 * Grants of the store whose holders have let go and which stay with this JVM for a
 * moment, if that is switched on: for whoever comes next, or for whoever comes past those
 * who wait (barging).
 */
// A grant is kept until exactly one takes it out of 'kept': who comes, the timer, another
// JVM that wants it, or the shutdown. Meanwhile its last holder stays first of the line,
// so nobody of this JVM asks the store.
//
// Nobody is missed: who joins the line looks for a kept grant afterwards, and 'keep'
// looks
// at the line after it has put the grant there; one of the two sees the other. The same
// holds for a revocation, which marks the grant first, and for the shutdown.
final class KeptGrants {

	private final Engine engine;

	private final Releaser releaser;

	private final LeastHolds least;

	private final Map<LockKey, Kept> kept = new ConcurrentHashMap<>();

	// Keys with a timer. It is not moved when a grant is taken and kept again, which can
	// happen a hundred times until it fires: it looks then how long is left.
	private final Set<LockKey> timed = ConcurrentHashMap.newKeySet();

	// Keys with a timer that fires at once, which the one above would not do for those
	// who wait.
	private final Set<LockKey> due = ConcurrentHashMap.newKeySet();

	KeptGrants(Engine engine, Releaser releaser) {
		this.engine = engine;
		this.releaser = releaser;
		this.least = new LeastHolds(engine, releaser);
	}

	/** Keep the grant of a hold that has ended, if this is what such a grant is for. */
	boolean keep(Hold hold, Acquisition holder) {
		if (this.least.keep(hold, holder)) {
			return true;
		}
		LockKey key = hold.key();
		HandOver handOver = this.engine.handOver();
		Ticker ticker = this.engine.ticker();
		boolean awaited = this.engine.lines().hasNext(holder.line());
		if (this.engine.closed() || !(awaited ? handOver.barges(hold, ticker) : handOver.keeps(hold, ticker))) {
			return false;
		}
		long time = awaited ? 0 : handOver.keepTime(hold, ticker);
		this.engine.concluded(hold, LockListener.Outcome.RELEASED);
		this.kept.put(key, new Kept(hold, holder, ticker.nanos() + time));
		lookIn(key, time, awaited ? this.due : this.timed);
		if (this.engine.closed()
				|| (!awaited && (this.engine.lines().hasNext(holder.line()) || hold.grant().contested()))) {
			letGo(key);
		}
		return true;
	}

	/** Give a kept grant to the next in line, or back to the store. */
	void letGo(LockKey key) {
		Kept taken = this.kept.remove(key);
		if (taken != null) {
			this.releaser.letGo(taken.hold, taken.holder);
		}
	}

	/** Keep nothing any more. What has to stay taken is left to its lease. */
	void letGoAll() {
		this.least.forgetAll();
		List.copyOf(this.kept.keySet()).forEach(this::letGo);
	}

	/** Let one who has not joined the line take a kept grant past those who have. */
	boolean barge(Acquisition other) {
		Kept taken = this.engine.handOver().barging() ? this.kept.remove(other.key()) : null;
		if (taken == null) {
			return false;
		}
		boolean barged = this.engine.lines()
			.barge(other.line(), taken.holder, other, (candidate) -> candidate.takesOver(taken.hold));
		if (barged) {
			this.releaser.handedOn(taken.hold, other);
		}
		else {
			this.releaser.letGo(taken.hold, taken.holder);
		}
		return barged;
	}

	private void lookIn(LockKey key, long time, Set<LockKey> timers) {
		if (timers.add(key)) {
			this.engine.scheduler().after(time, () -> look(key, timers));
		}
	}

	private void look(LockKey key, Set<LockKey> timers) {
		// First: what is kept from now on has a timer of its own.
		timers.remove(key);
		Kept found = this.kept.get(key);
		if (found != null) {
			long left = found.until - this.engine.ticker().nanos();
			if (left > 0) {
				lookIn(key, left, this.timed);
			}
			else if (this.kept.remove(key, found)) {
				this.releaser.letGo(found.hold, found.holder);
			}
		}
	}

	private record Kept(Hold hold, Acquisition holder, long until) {
	}

}
