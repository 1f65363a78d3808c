package dev.distributedlock.core;

import java.util.concurrent.locks.ReentrantLock;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.distributedlock.LockKey;
import dev.distributedlock.backend.WaitQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The subscription to the grants of a store that queues, made when somebody is denied for
 * the first time.
 */
final class QueueSubscription implements WaitQueue.Listener, AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(QueueSubscription.class);

	private final Engine engine;

	private final @Nullable WaitQueue source;

	private final ReentrantLock guard = new ReentrantLock();

	@GuardedBy("guard")
	private WaitQueue.@Nullable Subscription subscription;

	@GuardedBy("guard")
	private boolean closed;

	private volatile boolean active;

	QueueSubscription(Engine engine) {
		this.engine = engine;
		this.source = (engine.backend() instanceof WaitQueue queue) ? queue : null;
	}

	/** The store's queue, {@code null} if it has none. */
	@Nullable WaitQueue source() {
		return this.source;
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
		catch (RuntimeException | LinkageError ex) {
			this.active = false;
			// The poll goes on without, and the next denial tries again.
			logger.debug("Subscribing to grants failed", ex);
		}
		finally {
			this.guard.unlock();
		}
	}

	@Override
	public void granted(WaitQueue.Grant grant) {
		if (!this.engine.isOwn(grant.owner())) {
			// Another registry on the same store object.
			return;
		}
		Acquisition alone = this.engine.lines().first(new LineKey(grant.key(), grant.owner()));
		Acquisition first = (alone != null) ? alone : this.engine.lines().first(LineKey.common(grant.key()));
		if (first != null && first.owner().equals(grant.owner())) {
			first.granted(grant);
		}
		else if (first == null || !first.holdsBy(grant.owner())) {
			// Whoever it was for has left the line for good.
			this.engine.orphans().giveBack(grant.key(), grant.owner(), grant.lease());
		}
	}

	@Override
	public void wanted(LockKey key) {
		Acquisition first = this.engine.lines().first(LineKey.common(key));
		if (first != null) {
			first.wanted();
		}
		this.engine.kept().letGo(key);
	}

	@Override
	public void resumed() {
		this.engine.lines().forEachFirst(Acquisition::attempt);
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
