package dev.distributedlock.core;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;

import dev.distributedlock.LockBackendException;
import dev.distributedlock.LockKey;
import dev.distributedlock.LockListener;
import dev.distributedlock.LockLostEvent;
import dev.distributedlock.LockLostEvent.Reason;
import dev.distributedlock.backend.LockBackend;
import dev.distributedlock.backend.Ticker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the acquisitions and holds of one registry share, and the steps that concern more
 * than one of them: a grant, a loss, a release, the turn of the next in line.
 */
// A hold is in 'holds' from its grant until its last lease is closed, also when it was
// lost in between. Its acquisition stays the first of its line until the hold was
// released or lost; then the next of the line asks the store.
final class Engine {

	private static final Logger logger = LoggerFactory.getLogger(Engine.class);

	private final LockBackend backend;

	private final Ticker ticker;

	private final Scheduler scheduler;

	private final String instance;

	private final StoreCalls calls;

	private final Listeners listeners;

	private final HandOver handOver;

	private final WaitingLines<Acquisition> lines = new WaitingLines<>();

	private final Map<Hold, Grant> holds = new ConcurrentHashMap<>();

	private final LeaseRenewer renewer;

	private final OrphanReleaser orphans;

	private final SignalSubscription signals;

	private final String ownerPrefix = UUID.randomUUID().toString().replace("-", "") + '-';

	private final AtomicLong ownerNumbers = new AtomicLong();

	private volatile boolean closed;

	Engine(LockBackend backend, Ticker ticker, Scheduler scheduler, String instance, Duration commandTimeout,
			HandOver handOver, Listeners listeners) {
		this.backend = backend;
		this.ticker = ticker;
		this.scheduler = scheduler;
		this.instance = instance;
		this.calls = new StoreCalls(backend.name(), ticker, commandTimeout);
		this.handOver = handOver;
		this.listeners = listeners;
		this.renewer = new LeaseRenewer(this, backend, ticker, scheduler);
		this.orphans = new OrphanReleaser(this, backend, ticker, scheduler);
		this.signals = new SignalSubscription(backend, this.lines);
	}

	LockBackend backend() {
		return this.backend;
	}

	Ticker ticker() {
		return this.ticker;
	}

	Scheduler scheduler() {
		return this.scheduler;
	}

	String instance() {
		return this.instance;
	}

	StoreCalls calls() {
		return this.calls;
	}

	Listeners listeners() {
		return this.listeners;
	}

	WaitingLines<Acquisition> lines() {
		return this.lines;
	}

	HandOver handOver() {
		return this.handOver;
	}

	LeaseRenewer renewer() {
		return this.renewer;
	}

	OrphanReleaser orphans() {
		return this.orphans;
	}

	SignalSubscription signals() {
		return this.signals;
	}

	Collection<Hold> holds() {
		return this.holds.keySet();
	}

	/** An owner id that is used for one acquisition only. */
	String nextOwner() {
		return this.ownerPrefix + Long.toString(this.ownerNumbers.incrementAndGet(), Character.MAX_RADIX);
	}

	/** How many tokens a grant is to come with: more than one if somebody else waits. */
	int tokensFor(LockKey key) {
		return this.lines.isCrowded(key) ? this.handOver.tokens() : 1;
	}

	boolean closed() {
		return this.closed;
	}

	/** Grant nothing from now on. */
	void stopGranting() {
		this.closed = true;
	}

	/** The store granted a lock. */
	HeldLease granted(Acquisition acquisition, Hold hold) {
		HeldLease lease = new HeldLease(this, hold);
		this.holds.put(hold, new Grant(acquisition, lease));
		this.renewer.watch(hold);
		return lease;
	}

	/** Leave the line, and let the next one try. */
	void leave(Acquisition acquisition) {
		Acquisition next = this.lines.leave(acquisition.key(), acquisition);
		if (next != null) {
			Turns.take(next);
		}
	}

	/** A lock may have become free. */
	void wake(LockKey key) {
		Acquisition first = this.lines.first(key);
		if (first != null) {
			first.attempt();
		}
	}

	void renewed(Hold hold) {
		tell(hold, LockListener::renewed);
	}

	void renewalFailed(Hold hold, Throwable failure) {
		LockBackendException trouble = this.calls.failure(failure);
		logger.info("Renewing lock '{}' failed, its lease lasts for {} more: {}", hold.request().name(),
				Texts.duration(Duration.ofNanos(Math.max(0, hold.remaining()))), trouble.getMessage());
		tell(hold, (listener, lease) -> listener.renewalFailed(lease, trouble));
	}

	/**
	 * A hold is over although its holder has not let go; does nothing if it has ended.
	 */
	void lost(Hold hold, Reason reason) {
		if (hold.lose(reason)) {
			this.renewer.forget(hold);
			announceLoss(hold);
			Grant grant = this.holds.get(hold);
			if (grant != null) {
				leave(grant.acquisition);
			}
		}
	}

	private void announceLoss(Hold hold) {
		LockLostEvent loss = hold.loss();
		if (loss != null) {
			logger.warn("Lock '{}' (token {}) was lost: {}", loss.name(), loss.token(), loss.reason());
			this.listeners.tell((listener) -> listener.lost(loss));
			tellLoss(hold);
		}
	}

	/** Tell the listeners of a lost hold that were not told yet. */
	void tellLoss(Hold hold) {
		LockLostEvent loss = hold.loss();
		if (loss != null) {
			hold.takeLossListeners().forEach((listener) -> this.listeners.tellLoss(listener, loss));
		}
	}

	/** Make a hold last at least for a time from now. */
	void extend(Hold hold, Duration leaseTime) {
		hold.asking(leaseTime);
		long sentAt = this.ticker.nanos();
		Boolean extended = this.calls.call(() -> this.backend.renew(hold.key(), hold.owner(), leaseTime));
		if (!extended) {
			lost(hold, Reason.NOT_HELD);
		}
		hold.confirm(sentAt, leaseTime);
		if (!hold.valid()) {
			lost(hold, Reason.EXPIRED);
			throw hold.lostException();
		}
	}

	/** A lease of a hold was closed. The last one releases the lock. */
	void close(Hold hold) {
		boolean last = hold.drop();
		if (!hold.valid()) {
			lost(hold, Reason.EXPIRED);
		}
		if (last) {
			release(hold);
		}
		if (hold.loss() != null) {
			throw hold.lostException();
		}
	}

	/** Let go of a grant that nobody got to use. */
	void discard(Hold hold) {
		lost(hold, Reason.EXPIRED);
		release(hold);
	}

	/** Undo a grant before its caller has seen it. */
	void undo(Acquisition acquisition, Hold hold) {
		hold.end();
		this.renewer.forget(hold);
		this.holds.remove(hold);
		this.orphans.giveBack(hold.key(), hold.owner(), hold.longest());
		leave(acquisition);
	}

	private void release(Hold hold) {
		if (!hold.end()) {
			ended(hold, abandon(hold));
			return;
		}
		this.renewer.forget(hold);
		if (!handOn(hold)) {
			ended(hold, releaseInStore(hold));
		}
	}

	/** Let the next of this JVM have the store's grant, which costs no round trip. */
	private boolean handOn(Hold hold) {
		Grant grant = this.holds.get(hold);
		if (grant == null || this.closed) {
			return false;
		}
		Acquisition next = this.lines.handOn(hold.key(), grant.acquisition, (waiter) -> waiter.takesOver(hold));
		if (next == null) {
			return false;
		}
		// The new hold is there before the old one goes: a shutdown sees one of them.
		Outcome outcome = next.grant(next.takeOver(hold));
		ended(hold, LockListener.Outcome.RELEASED);
		next.complete(outcome);
		return true;
	}

	private void ended(Hold hold, LockListener.Outcome outcome) {
		Grant grant = this.holds.remove(hold);
		if (grant != null) {
			this.listeners.tell((listener) -> listener.ended(grant.lease, hold.heldFor(), outcome));
			leave(grant.acquisition);
		}
	}

	private LockListener.Outcome releaseInStore(Hold hold) {
		try {
			if (this.calls.call(() -> this.backend.release(hold.key(), hold.owner()))) {
				if (hold.grant().hasLooseAttempts()) {
					// One that arrives only now would lock for nobody.
					this.orphans.giveBack(hold.key(), hold.owner(), hold.longest());
				}
				return LockListener.Outcome.RELEASED;
			}
		}
		catch (RuntimeException ex) {
			// Whatever it was, the line of the key has to go on.
			logger.warn("Releasing lock '{}' was not confirmed; it is repeated in the background: {}",
					hold.request().name(), ex.getMessage());
			this.orphans.giveBack(hold.key(), hold.owner(), hold.longest());
			return LockListener.Outcome.UNCONFIRMED;
		}
		hold.disown();
		announceLoss(hold);
		return LockListener.Outcome.LOST;
	}

	/** Let go of a hold that was lost. */
	private LockListener.Outcome abandon(Hold hold) {
		LockLostEvent loss = hold.loss();
		if (loss == null || loss.reason() != Reason.NOT_HELD) {
			// Over as far as this JVM knows; a renewal whose answer was lost may have
			// made it last longer in the store.
			this.orphans.giveBack(hold.key(), hold.owner(), hold.longest());
		}
		return LockListener.Outcome.LOST;
	}

	private void tell(Hold hold, BiConsumer<LockListener, HeldLease> event) {
		Grant grant = this.holds.get(hold);
		if (grant != null) {
			this.listeners.tell((listener) -> event.accept(listener, grant.lease));
		}
	}

	private record Grant(Acquisition acquisition, HeldLease lease) {
	}

}
