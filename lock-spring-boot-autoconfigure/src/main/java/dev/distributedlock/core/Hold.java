package dev.distributedlock.core;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import dev.distributedlock.LockKey;
import dev.distributedlock.LockLostEvent;
import dev.distributedlock.LockLostEvent.Reason;
import dev.distributedlock.LockLostException;
import dev.distributedlock.LockRequest;
import dev.distributedlock.backend.Ticker;
import org.jspecify.annotations.Nullable;

/**
 * What one holder has of a {@link StoreGrant}, shared by the nested leases of its call
 * context.
 */
// States: HELD -> RELEASED (the last lease was closed)
// ........HELD -> EXPIRED | NOT_HELD | SHUTDOWN (lost; see LockLostEvent.Reason)
// One compare-and-set on 'phase' decides; whoever wins it acts on the outcome, so a
// release and a loss that race are told apart once and for all.
//
// Validity: 'validUntil' only grows, and only by an answer of the store, counted from a
// clock reading taken before the command was sent; the store's own count starts later, so
// the holder stops believing first. A margin of 1 % + 2 ms covers clocks that run at
// different rates. Once the time has passed the hold is lost even if a later answer says
// otherwise, because the holder may have been told already.
//
// Happens-before: the fields that are final are published by the future that hands the
// hold to its owner; the others are volatile or atomic, each valid on its own.
final class Hold {

	private final Ticker ticker;

	private final LockRequest request;

	private final StoreGrant grant;

	private final long token;

	private final @Nullable Thread thread;

	private final long grantedAt;

	private final Duration maxHold;

	private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.HELD);

	private final AtomicInteger leases = new AtomicInteger(1);

	private final AtomicLong validUntil;

	private final List<LossListener> lossListeners = new CopyOnWriteArrayList<>();

	private final AtomicInteger unbound = new AtomicInteger();

	private volatile Duration leaseTime;

	// The reading of the clock until which the lock stays taken.
	private volatile long keptUntil;

	// Whether the store was asked for less when it granted the lock.
	private volatile boolean keptLonger;

	// What the store was asked for at most, by extensions as well.
	private volatile Duration longest;

	private volatile boolean renewed;

	private volatile boolean suspect;

	/**
	 * Create a hold on a grant.
	 * @param validUntil the reading of the clock at which its lease is over
	 */
	Hold(Ticker ticker, Terms terms, StoreGrant grant, long validUntil) {
		this.ticker = ticker;
		this.request = terms.request();
		this.grant = grant;
		this.token = grant.takeToken();
		this.thread = terms.thread();
		this.grantedAt = ticker.nanos();
		this.maxHold = terms.maxHold();
		this.leaseTime = terms.leaseTime();
		this.longest = terms.firstLease();
		this.keptUntil = this.grantedAt + terms.holdAtLeast().toNanos();
		this.renewed = terms.renewed();
		this.validUntil = new AtomicLong(validUntil);
		grant.heldBy(this);
	}

	/**
	 * When the holder stops believing in a lease.
	 * @param sentAt the reading of the clock before the command was sent that the store
	 * confirmed
	 */
	static long validUntil(long sentAt, Duration leaseTime) {
		long lease = leaseTime.toNanos();
		return sentAt + lease - lease / 100 - 2_000_000;
	}

	LockRequest request() {
		return this.request;
	}

	LockKey key() {
		return this.request.key();
	}

	StoreGrant grant() {
		return this.grant;
	}

	/** The owner id by which the store knows the grant. */
	String owner() {
		return this.grant.owner();
	}

	long token() {
		return this.token;
	}

	@Nullable Thread thread() {
		return this.thread;
	}

	Duration leaseTime() {
		return this.leaseTime;
	}

	/** How long the store may keep the lock at most, from now. */
	Duration longest() {
		return this.longest;
	}

	/** The store is about to be asked for a lease time. */
	void asking(Duration leaseTime) {
		if (leaseTime.compareTo(this.longest) > 0) {
			this.longest = leaseTime;
		}
	}

	/** Whether the hold is renewed only as long as its thread lives. */
	boolean bound() {
		return this.unbound.get() == 0;
	}

	void unbind() {
		this.unbound.incrementAndGet();
	}

	void bind() {
		this.unbound.decrementAndGet();
	}

	/**
	 * Whether to renew: not if that would hardly make it last longer, because it has
	 * nearly been held for as long as it may be.
	 */
	boolean renewed() {
		return this.renewed && renewable() - remaining() > this.leaseTime.toNanos() / 24;
	}

	/** The lease to ask for in a renewal. */
	Duration renewal() {
		return Duration
			.ofNanos(Math.max(Math.min(this.leaseTime.toNanos(), renewable()), Math.max(1_000_000, keptFor())));
	}

	/** For how long from now renewals may make it last. */
	private long renewable() {
		return this.maxHold.isZero() ? Long.MAX_VALUE / 2 : this.maxHold.minus(heldFor()).toNanos();
	}

	/** For how long from now the lock stays taken anyway; zero or less if it need not. */
	long keptFor() {
		return this.keptUntil - this.ticker.nanos();
	}

	/** Whether it stays taken for longer than the store was asked for at first. */
	boolean keptLonger() {
		return this.keptLonger;
	}

	/** A nested acquisition wants it to stay taken from now on. */
	void keepFor(Duration holdAtLeast) {
		long until = this.ticker.nanos() + holdAtLeast.toNanos();
		if (until - this.keptUntil > 0) {
			this.keptUntil = until;
			this.keptLonger = true;
		}
	}

	/** Nothing was done under its only lease. */
	void unused() {
		if (this.leases.get() == 1) {
			this.keptUntil = this.ticker.nanos();
		}
	}

	boolean suspect() {
		return this.suspect;
	}

	Duration heldFor() {
		return Duration.ofNanos(this.ticker.nanos() - this.grantedAt);
	}

	/** Whether neither released nor lost, as far as anybody has noticed. */
	boolean held() {
		return this.phase.get() == Phase.HELD;
	}

	/** Whether held and in time. */
	boolean valid() {
		return held() && remaining() > 0;
	}

	/** The reading of the clock at which the lease is over. */
	long validUntil() {
		return this.validUntil.get();
	}

	/** The time of validity that is left, in nanoseconds; zero or less if it is over. */
	long remaining() {
		return this.validUntil.get() - this.ticker.nanos();
	}

	/** Add a nested lease, unless the last one was closed. */
	boolean retain() {
		return this.leases.getAndUpdate((count) -> (count > 0) ? count + 1 : 0) > 0;
	}

	/** Take away a lease; {@code true} if it was the last. */
	boolean drop() {
		return this.leases.decrementAndGet() == 0;
	}

	/**
	 * A nested acquisition may ask for more, never for less.
	 * @return whether the hold is to be renewed from now on, and was not before
	 */
	boolean raise(Duration leaseTime, boolean renewed) {
		asking(leaseTime);
		if (leaseTime.compareTo(this.leaseTime) > 0) {
			this.leaseTime = leaseTime;
		}
		boolean switchedOn = renewed && !this.renewed;
		if (switchedOn) {
			this.renewed = true;
		}
		return switchedOn;
	}

	/** The store confirmed the lease by a command sent at the given time. */
	void confirm(long sentAt, Duration leaseTime) {
		long until = validUntil(sentAt, leaseTime);
		if (valid()) {
			this.validUntil.accumulateAndGet(until, (current, candidate) -> Math.max(candidate - current, 0) + current);
			this.suspect = false;
		}
	}

	/** A renewal failed; the lease is valid as long as it was. */
	void doubt() {
		this.suspect = true;
	}

	/** Decide that the hold was released; {@code false} if it was lost before. */
	boolean end() {
		return this.phase.compareAndSet(Phase.HELD, Phase.RELEASED);
	}

	/** Decide that the hold was lost; {@code false} if it has ended already. */
	boolean lose(Reason reason) {
		return this.phase.compareAndSet(Phase.HELD, Phase.of(reason));
	}

	/** The store refused the release of a hold that had {@linkplain #end() ended}. */
	void disown() {
		this.phase.set(Phase.NOT_HELD);
	}

	/** What happened to a hold that was lost; {@code null} while held or if released. */
	@Nullable LockLostEvent loss() {
		Reason reason = Objects.requireNonNull(this.phase.get()).reason;
		return (reason != null) ? new LockLostEvent(this.request.name(), key(), this.token, reason) : null;
	}

	LockLostException lostException() {
		LockLostEvent loss = loss();
		return new LockLostException("Lock '" + key() + "' was lost after " + Texts.duration(heldFor()) + ": "
				+ why(loss)
				+ ". Another holder may have been active; resources that check the fencing token refuse writes with "
				+ this.token + " once they have seen a larger one.", null, this.request.name());
	}

	private String why(@Nullable LockLostEvent loss) {
		if (loss != null && loss.reason() == Reason.NOT_HELD) {
			return "the store says that it is not held any more";
		}
		if (loss != null && loss.reason() == Reason.SHUTDOWN) {
			return "its registry was closed";
		}
		return (this.renewed && !renewed())
				? "it was held for as long as its max-hold of " + Texts.duration(this.maxHold) + " allows"
				: "its lease of " + Texts.duration(this.leaseTime) + " has passed without a successful renewal";
	}

	void onLost(HeldLease lease, Consumer<LockLostEvent> listener) {
		this.lossListeners.add(new LossListener(lease, listener));
	}

	void forget(HeldLease lease) {
		this.lossListeners.removeIf((candidate) -> candidate.lease == lease);
	}

	/** Take the listeners that are to be told; each is returned once. */
	List<LossListener> takeLossListeners() {
		List<LossListener> taken = List.copyOf(this.lossListeners);
		return taken.stream().filter(this.lossListeners::remove).toList();
	}

	/** A listener of one of the nested leases. */
	record LossListener(HeldLease lease, Consumer<LockLostEvent> listener) {
	}

	private enum Phase {

		HELD(null), RELEASED(null), EXPIRED(Reason.EXPIRED), NOT_HELD(Reason.NOT_HELD), SHUTDOWN(Reason.SHUTDOWN);

		private final @Nullable Reason reason;

		Phase(@Nullable Reason reason) {
			this.reason = reason;
		}

		private static Phase of(Reason reason) {
			return valueOf(reason.name());
		}

	}

}
