package dev.distributedlock.backend.redis;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import dev.distributedlock.InvalidLockKeyException;
import dev.distributedlock.LockKey;
import dev.distributedlock.backend.AcquireResult.Acquired;
import dev.distributedlock.backend.WaitQueue.Grant;
import dev.distributedlock.backend.WaitQueue.Listener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who is told of grants and of others that want them, and what messages say.
 */
final class GrantListeners {

	private static final Logger logger = LoggerFactory.getLogger(GrantListeners.class);

	private static final int PARTS = 6;

	private final List<Listener> listeners = new CopyOnWriteArrayList<>();

	private final AtomicBoolean warned = new AtomicBoolean();

	/** Add a listener, and get what is to be told and removed in its place. */
	Listener add(Listener listener) {
		// identity counts, and the same listener may come twice
		Listener own = new Forwarding(listener);
		this.listeners.add(own);
		return own;
	}

	boolean remove(Listener own) {
		return this.listeners.remove(own);
	}

	void clear() {
		this.listeners.clear();
	}

	boolean isEmpty() {
		return this.listeners.isEmpty();
	}

	/** A message has come. */
	void told(String message) {
		Consumer<Listener> news;
		try {
			news = parse(message);
		}
		catch (IllegalArgumentException | InvalidLockKeyException ex) {
			logger.debug("Ignoring a message that is no grant");
			return;
		}
		tell(news);
	}

	/** Messages may have been missed until now. */
	void resumed() {
		this.warned.set(false);
		tell(Listener::resumed);
	}

	/** A subscription could not be made. */
	void failed(Throwable failure) {
		String message = RedisFailure.of("subscribe to grants", failure).getMessage();
		if (this.warned.compareAndSet(false, true)) {
			logger.warn("{}. Waiting for locks goes on by polling", message);
		}
		else {
			logger.debug("{}", message);
		}
	}

	private static Consumer<Listener> parse(String message) {
		if (message.startsWith("\n")) {
			LockKey wanted = LockKey.parse(message.substring(1));
			return (listener) -> listener.wanted(wanted);
		}
		String[] lines = message.split("\n", PARTS);
		if (lines.length != PARTS) {
			throw new IllegalArgumentException("Not a grant");
		}
		Acquired acquired = new Acquired(Long.parseLong(lines[1]), Long.parseLong(lines[2]), lines[4].equals("1"));
		Grant grant = new Grant(LockKey.parse(lines[5]), lines[0], acquired,
				Duration.ofMillis(Long.parseLong(lines[3])));
		return (listener) -> listener.granted(grant);
	}

	private void tell(Consumer<Listener> news) {
		for (Listener listener : this.listeners) {
			try {
				news.accept(listener);
			}
			catch (RuntimeException ex) {
				logger.warn("A listener to grants failed", ex);
			}
		}
	}

	private static final class Forwarding implements Listener {

		private final Listener target;

		Forwarding(Listener target) {
			this.target = target;
		}

		@Override
		public void granted(Grant grant) {
			this.target.granted(grant);
		}

		@Override
		public void wanted(LockKey key) {
			this.target.wanted(key);
		}

		@Override
		public void resumed() {
			this.target.resumed();
		}

	}

}
