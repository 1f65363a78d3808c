package dev.distributedlock.core;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import dev.distributedlock.LockContext;
import dev.distributedlock.LockKey;
import dev.distributedlock.LockLease;
import dev.distributedlock.LockLostEvent;
import dev.distributedlock.LockOptions;

/**
 * What one acquisition gives to its caller: a share in a {@link Hold}.
 */
final class HeldLease implements LockLease {

	private final Engine engine;

	private final Hold hold;

	private final AtomicBoolean closed = new AtomicBoolean();

	private volatile LockContext.Scope scope = () -> {
	};

	private volatile boolean unbound;

	HeldLease(Engine engine, Hold hold) {
		this.engine = engine;
		this.hold = hold;
	}

	/** Make this the innermost lease of the current thread until it is closed. */
	HeldLease attached() {
		this.scope = LockContext.attach(this);
		return this;
	}

	/** Have the hold renewed until this is closed, whatever becomes of its thread. */
	HeldLease unbound() {
		this.unbound = true;
		this.hold.unbind();
		return this;
	}

	boolean belongsTo(Engine engine) {
		return this.engine == engine;
	}

	Hold hold() {
		return this.hold;
	}

	boolean closed() {
		return this.closed.get();
	}

	@Override
	public LockKey key() {
		return this.hold.key();
	}

	@Override
	public String name() {
		return this.hold.request().name();
	}

	@Override
	public long token() {
		return this.hold.token();
	}

	@Override
	public boolean isValid() {
		return !closed() && this.hold.valid();
	}

	@Override
	public void ensureValid() {
		ensureOpen();
		if (!this.hold.valid()) {
			this.engine.lost(this.hold, LockLostEvent.Reason.EXPIRED);
			throw this.hold.lostException();
		}
	}

	@Override
	public Duration remaining() {
		return isValid() ? Duration.ofNanos(Math.max(0, this.hold.remaining())) : Duration.ZERO;
	}

	@Override
	public void extend(Duration leaseTime) {
		Objects.requireNonNull(leaseTime, "'leaseTime' must not be null");
		// The record checks the bounds.
		LockOptions checked = new LockOptions(null, leaseTime, null);
		ensureValid();
		this.engine.extend(this.hold, Objects.requireNonNull(checked.leaseTime()));
	}

	@Override
	public void onLost(Consumer<LockLostEvent> listener) {
		Objects.requireNonNull(listener, "'listener' must not be null");
		ensureOpen();
		this.hold.onLost(this, listener);
		// Lost before the listener was there? Then nobody else tells it.
		this.engine.tellLoss(this.hold);
	}

	@Override
	public void close() {
		if (this.closed.compareAndSet(false, true)) {
			this.scope.close();
			this.hold.forget(this);
			if (this.unbound) {
				this.hold.bind();
			}
			this.engine.close(this.hold);
		}
	}

	@Override
	public void giveBack() {
		if (!closed()) {
			this.hold.unused();
		}
		close();
	}

	private void ensureOpen() {
		if (closed()) {
			throw new IllegalStateException("The lease of lock '" + key() + "' is closed");
		}
	}

	@Override
	public String toString() {
		return "LockLease[" + key() + ", token " + token() + ", " + (closed() ? "closed" : isValid() ? "held" : "lost")
				+ "]";
	}

}
