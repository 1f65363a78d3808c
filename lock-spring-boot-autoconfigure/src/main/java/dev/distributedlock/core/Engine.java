package dev.distributedlock.core;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

import dev.distributedlock.LockBackendException;
import dev.distributedlock.LockKey;
import dev.distributedlock.LockListener;
import dev.distributedlock.LockLostEvent;
import dev.distributedlock.LockLostEvent.Reason;
import dev.distributedlock.LockShutdownException;
import dev.distributedlock.backend.LockBackend;
import dev.distributedlock.backend.Ticker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the acquisitions and holds of one registry share, and the steps that concern more
 * than one of them: a grant, a loss, a release, the turn of the next in line.
 */
// A hold is in 'holds' from its grant until its last lease is closed, also when it was
// lost
// in between. Its acquisition stays the first of its line until the hold was released or
// lost; then the next of the line asks the store.
final class Engine {

	private static final Logger logger = LoggerFactory.getLogger(Engine.class);

	private final LockBackend backend;

	private final Ticker ticker;

	private final Scheduler scheduler;

	private final String instance;

	private final Duration commandTimeout;

	private final Listeners listeners;

	private final WaitingLines<Acquisition> lines = new WaitingLines<>();

	private final Map<Hold, Grant> holds = new ConcurrentHashMap<>();

	private final LeaseRenewer renewer;

	private final OrphanReleaser orphans;

	private final SignalSubscription signals;

	private final String ownerPrefix = UUID.randomUUID().toString().replace("-", "") + '-';

	private final AtomicLong ownerNumbers = new AtomicLong();

	private volatile boolean closed;

	Engine(LockBackend backend, Ticker ticker, Scheduler scheduler, String instance, Duration commandTimeout,
			Listeners listeners) {
		this.backend = backend;
		this.ticker = ticker;
		this.scheduler = scheduler;
		this.instance = instance;
		this.commandTimeout = commandTimeout;
		this.listeners = listeners;
		this.renewer = new LeaseRenewer(this, backend, ticker, scheduler);
		this.orphans = new OrphanReleaser(this, backend, ticker, scheduler, commandTimeout);
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

	Duration commandTimeout() {
		return this.commandTimeout;
	}

	Listeners listeners() {
		return this.listeners;
	}

	WaitingLines<Acquisition> lines() {
		return this.lines;
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

	boolean closed() {
		return this.closed;
	}

	/** Grant nothing from now on. */
	void stopGranting() {
		this.closed = true;
	}

	Outcome.Refused closedRefusal() {
		return new Outcome.Refused(/* busy= */ false,
				() -> new LockShutdownException("The lock registry of '" + this.instance + "' is closed"));
	}

	/** The store granted a lock. */
	HeldLease granted(Acquisition acquisition, Hold hold) {
		HeldLease lease = new HeldLease(this, hold);
		this.holds.put(hold, new Grant(acquisition, lease));
		this.renewer.watch(hold);
		return lease;
	}

	/** A hold got a longer lease time, or is to be renewed from now on. */
	void raised(Hold hold) {
		this.renewer.watch(hold);
	}

	/** Leave the line, and let the next one try. */
	void leave(Acquisition acquisition) {
		Acquisition next = this.lines.leave(acquisition.key(), acquisition);
		if (next != null) {
			next.attempt();
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
		LockBackendException trouble = asBackendException(failure);
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
		long sentAt = this.ticker.nanos();
		Boolean extended = await(safely(() -> this.backend.renew(hold.key(), hold.owner(), leaseTime)));
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

	private void release(Hold hold) {
		LockListener.Outcome outcome = hold.end() ? releaseInStore(hold) : abandon(hold);
		Grant grant = this.holds.remove(hold);
		if (grant != null) {
			this.listeners.tell((listener) -> listener.ended(grant.lease, hold.heldFor(), outcome));
			leave(grant.acquisition);
		}
	}

	private LockListener.Outcome releaseInStore(Hold hold) {
		this.renewer.forget(hold);
		try {
			if (await(safely(() -> this.backend.release(hold.key(), hold.owner())))) {
				return LockListener.Outcome.RELEASED;
			}
		}
		catch (LockBackendException ex) {
			logger.warn("Releasing lock '{}' was not confirmed; it is repeated in the background: {}",
					hold.request().name(), ex.getMessage());
			this.orphans.giveBack(hold.key(), hold.owner(), hold.leaseTime());
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
			// made
			// it last longer in the store.
			this.orphans.giveBack(hold.key(), hold.owner(), hold.leaseTime());
		}
		return LockListener.Outcome.LOST;
	}

	private void tell(Hold hold, BiConsumer<LockListener, HeldLease> event) {
		Grant grant = this.holds.get(hold);
		if (grant != null) {
			this.listeners.tell((listener) -> event.accept(listener, grant.lease));
		}
	}

	/**
	 * Wait for an answer of the store. An interrupt does not end the wait, because what
	 * was sent may be done already; the flag is restored.
	 */
	<T> T await(CompletionStage<T> answer) {
		CompletableFuture<T> future = answer.toCompletableFuture();
		Deadline deadline = Deadline.after(this.ticker, this.commandTimeout);
		boolean interrupted = false;
		try {
			while (true) {
				try {
					return future.get(deadline.remaining(), TimeUnit.NANOSECONDS);
				}
				catch (InterruptedException ex) {
					interrupted = true;
				}
				catch (TimeoutException ex) {
					throw new LockBackendException(
							"The store '" + this.backend.name() + "' did not answer within "
									+ Texts.duration(this.commandTimeout),
							ex, /* retryable= */ true);
				}
				catch (ExecutionException ex) {
					throw asBackendException(ex);
				}
			}
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	/** Send a command; whatever it throws becomes a failed stage. */
	<T> CompletionStage<T> safely(Supplier<CompletionStage<T>> command) {
		try {
			return command.get();
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedStage(ex);
		}
	}

	LockBackendException asBackendException(Throwable failure) {
		Throwable cause = failure;
		while ((cause instanceof CompletionException || cause instanceof ExecutionException)
				&& cause.getCause() != null) {
			cause = cause.getCause();
		}
		return (cause instanceof LockBackendException known) ? known
				: new LockBackendException("The store '" + this.backend.name() + "' failed: " + cause, cause,
						/* retryable= */ true);
	}

	private record Grant(Acquisition acquisition, HeldLease lease) {
	}

}
