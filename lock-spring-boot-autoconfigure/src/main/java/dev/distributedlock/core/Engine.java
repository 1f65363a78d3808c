package dev.distributedlock.core;

import java.time.Duration;
import java.util.Collection;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

import dev.distributedlock.LockBackendException;
import dev.distributedlock.LockKey;
import dev.distributedlock.LockListener;
import dev.distributedlock.LockLostEvent;
import dev.distributedlock.LockLostEvent.Reason;
import dev.distributedlock.backend.LockBackend;
import dev.distributedlock.backend.Ticker;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the acquisitions and holds of one registry share, and the steps that concern more
 * than one of them: a grant, a loss, a release, the turn of the next in line.
 */
// The acquisition of a hold stays the first of its line until the hold was
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

	private final WaitingLines<LineKey, Acquisition> lines = new WaitingLines<>();

	private final Holds holds;

	private final LeaseRenewer renewer;

	private final OrphanReleaser orphans;

	private final Releaser releaser;

	private final KeptGrants kept;

	private final QueueSubscription queue;

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
		this.holds = new Holds(listeners);
		this.renewer = new LeaseRenewer(this, backend, ticker, scheduler);
		this.orphans = new OrphanReleaser(this, backend, ticker, scheduler);
		this.queue = new QueueSubscription(this);
		this.releaser = new Releaser(this);
		this.kept = new KeptGrants(this, this.releaser);
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

	WaitingLines<LineKey, Acquisition> lines() {
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

	QueueSubscription queue() {
		return this.queue;
	}

	KeptGrants kept() {
		return this.kept;
	}

	Collection<Hold> holds() {
		return this.holds.all();
	}

	/** Whether an owner id is one of this engine. */
	boolean isOwn(String owner) {
		return owner.startsWith(this.ownerPrefix);
	}

	/** An owner id that is used for one acquisition only. */
	String nextOwner() {
		return this.ownerPrefix + Long.toString(this.ownerNumbers.incrementAndGet(), Character.MAX_RADIX);
	}

	boolean closed() {
		return this.closed;
	}

	/** Grant nothing from now on. */
	void stopGranting() {
		this.closed = true;
	}

	/**
	 * An acquisition has its grant. From here on nobody else gives the caller an outcome,
	 * so there must be one.
	 */
	Outcome granted(Acquisition acquisition, Hold hold) {
		HeldLease lease = new HeldLease(this, hold);
		try {
			this.holds.add(hold, acquisition, lease);
			this.renewer.watch(hold);
		}
		catch (RuntimeException | Error ex) {
			undo(acquisition, hold);
			return acquisition.storeTrouble(this.calls.failure(ex));
		}
		if (this.closed) {
			// A shutdown that had not seen the hold yet does not wait for it.
			undo(acquisition, hold);
			return Refusals.closed(this.instance);
		}
		return new Outcome.Granted(lease);
	}

	/** Leave the line, and let the next one try. */
	void leave(Acquisition acquisition) {
		Acquisition next = this.lines.leave(acquisition.line(), acquisition);
		if (next != null) {
			Turns.take(next);
		}
	}

	/** A lock may have become free. */
	void wake(LockKey key) {
		Acquisition first = this.lines.first(LineKey.common(key));
		if (first != null) {
			first.attempt();
		}
	}

	void renewed(Hold hold) {
		this.holds.tell(hold, LockListener::renewed);
	}

	void renewalFailed(Hold hold, Throwable failure) {
		LockBackendException trouble = this.calls.failure(failure);
		logger.info("Renewing lock '{}' failed, its lease lasts for {} more: {}", hold.request().name(),
				Texts.duration(Duration.ofNanos(Math.max(0, hold.remaining()))), trouble.getMessage());
		this.holds.tell(hold, (listener, lease) -> listener.renewalFailed(lease, trouble));
	}

	/**
	 * A hold is over although its holder has not let go; does nothing if it has ended.
	 */
	void lost(Hold hold, Reason reason) {
		if (hold.lose(reason)) {
			this.renewer.forget(hold);
			announceLoss(hold);
			Acquisition acquisition = acquisition(hold);
			if (acquisition != null) {
				leave(acquisition);
			}
		}
	}

	/** Tell everybody of a loss. */
	void announceLoss(Hold hold) {
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
			this.releaser.release(hold);
		}
		if (hold.loss() != null) {
			throw hold.lostException();
		}
	}

	/** Let go of a grant that nobody got to use. */
	void discard(Hold hold) {
		lost(hold, Reason.EXPIRED);
		this.releaser.release(hold);
	}

	/** Undo a grant before its caller has seen it. */
	private void undo(Acquisition acquisition, Hold hold) {
		hold.end();
		this.renewer.forget(hold);
		this.holds.remove(hold);
		this.orphans.giveBack(hold.key(), hold.owner(), hold.longest());
		leave(acquisition);
	}

	/** A hold is over, and its lock handed on or released. */
	void ended(Hold hold, LockListener.Outcome outcome) {
		Acquisition acquisition = concluded(hold, outcome);
		if (acquisition != null) {
			leave(acquisition);
		}
	}

	/**
	 * A hold is over for its holder; what it held is not released yet.
	 * @return who stands first in the line until then, {@code null} if that was before
	 */
	@Nullable Acquisition concluded(Hold hold, LockListener.Outcome outcome) {
		return this.holds.conclude(hold, outcome);
	}

	/** Which acquisition a hold belongs to, {@code null} if it has ended. */
	@Nullable Acquisition acquisition(Hold hold) {
		return this.holds.acquisition(hold);
	}

}
