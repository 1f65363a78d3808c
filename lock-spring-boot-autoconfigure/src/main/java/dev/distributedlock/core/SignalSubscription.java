package dev.distributedlock.core;

import java.util.concurrent.locks.ReentrantLock;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.distributedlock.LockKey;
import dev.distributedlock.backend.LockBackend;
import dev.distributedlock.backend.ReleaseSignals;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The subscription to the store's release signals, made when somebody is denied for the
 * first time. Passes signals on to the first of each line.
 */
final class SignalSubscription implements ReleaseSignals.Listener, AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(SignalSubscription.class);

	private final @Nullable ReleaseSignals source;

	private final WaitingLines<Acquisition> lines;

	private final ReentrantLock guard = new ReentrantLock();

	@GuardedBy("guard")
	private ReleaseSignals.@Nullable Subscription subscription;

	@GuardedBy("guard")
	private boolean closed;

	private volatile boolean active;

	SignalSubscription(LockBackend backend, WaitingLines<Acquisition> lines) {
		this.source = (backend instanceof ReleaseSignals signals) ? signals : null;
		this.lines = lines;
	}

	/** Whether the store sends signals at all. */
	boolean available() {
		return this.source != null;
	}

	/** Subscribe unless subscribed. Does not wait until the subscription is active. */
	void ensureActive() {
		if (this.source == null || this.active) {
			return;
		}
		this.guard.lock();
		try {
			if (!this.active && !this.closed) {
				// First: a store may call back at once, and what that wakes is denied.
				this.active = true;
				this.subscription = this.source.subscribe(this);
			}
		}
		catch (RuntimeException ex) {
			this.active = false;
			// The poll goes on without signals, and the next denial tries again.
			logger.debug("Subscribing to release signals failed", ex);
		}
		finally {
			this.guard.unlock();
		}
	}

	@Override
	public void released(LockKey key) {
		Acquisition first = this.lines.first(key);
		if (first != null) {
			first.attempt();
		}
	}

	@Override
	public void resumed() {
		this.lines.forEachFirst(Acquisition::attempt);
	}

	@Override
	public void close() {
		this.guard.lock();
		try {
			this.closed = true;
			if (this.subscription != null) {
				this.subscription.close();
				this.subscription = null;
			}
		}
		finally {
			this.guard.unlock();
		}
	}

}
