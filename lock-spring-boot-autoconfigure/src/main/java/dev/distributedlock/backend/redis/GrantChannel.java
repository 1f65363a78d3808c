package dev.distributedlock.backend.redis;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import dev.distributedlock.InvalidLockKeyException;
import dev.distributedlock.LockKey;
import dev.distributedlock.backend.AcquireResult.Acquired;
import dev.distributedlock.backend.WaitQueue.Grant;
import dev.distributedlock.backend.WaitQueue.Listener;
import dev.distributedlock.backend.WaitQueue.Subscription;
import org.redisson.api.RTopic;
import org.redisson.api.RedissonClient;
import org.redisson.api.listener.BaseStatusListener;
import org.redisson.client.codec.StringCodec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The channel on which this instance is told of grants to it: one subscription, whatever
 * the number of locks and listeners, held while there is a listener.
 * <p>
 * What is wanted (a listener exists) and what is (subscribed) are brought together by
 * {@link #reconcile()}, one step at a time in the order of {@link #steps}: a close during
 * a subscription that is still in the making comes after it. If Redis cannot be asked,
 * the next waiting attempt starts the next step; nothing runs on a timer.
 */
final class GrantChannel {

	private static final Logger logger = LoggerFactory.getLogger(GrantChannel.class);

	private static final int PARTS = 6;

	private final RTopic topic;

	private final FirstContact contact;

	private final List<Listener> listeners = new CopyOnWriteArrayList<>();

	private final AtomicBoolean stepPending = new AtomicBoolean();

	private final AtomicBoolean warned = new AtomicBoolean();

	private volatile boolean subscribed;

	private volatile CompletionStage<Void> steps = CompletableFuture.completedStage(null);

	GrantChannel(RedissonClient client, FirstContact contact, String name) {
		this.topic = client.getTopic(name, StringCodec.INSTANCE);
		this.contact = contact;
	}

	/**
	 * Return the name under which Redis knows the channel. A client may map names.
	 * @return the name to publish to
	 */
	String name() {
		return this.topic.getChannelNames().get(0);
	}

	Subscription subscribe(Listener listener) {
		// identity counts, and the same listener may come twice
		Listener own = new Forwarding(listener);
		this.listeners.add(own);
		if (this.subscribed) {
			own.resumed();
		}
		ensure();
		return () -> {
			if (this.listeners.remove(own)) {
				ensure();
			}
		};
	}

	/** Bring the subscription about, if it is wanted and missing, or the reverse. */
	void ensure() {
		if (this.subscribed == this.listeners.isEmpty() && this.stepPending.compareAndSet(false, true)) {
			this.steps = this.steps.thenCompose((done) -> reconcile());
		}
	}

	CompletionStage<Void> close() {
		this.listeners.clear();
		ensure();
		return this.steps;
	}

	private CompletionStage<Void> reconcile() {
		boolean wanted = !this.listeners.isEmpty();
		CompletionStage<Void> step = CompletableFuture.completedStage(null);
		try {
			if (wanted != this.subscribed) {
				step = wanted ? start() : stop();
			}
		}
		catch (RuntimeException ex) {
			step = CompletableFuture.failedStage(ex);
		}
		return step.handle((done, ex) -> {
			this.stepPending.set(false);
			if (ex != null) {
				failed(ex);
			}
			else if (this.subscribed == this.listeners.isEmpty()) {
				// somebody came or went meanwhile, and found a step pending
				ensure();
			}
			return null;
		});
	}

	private CompletionStage<Void> start() {
		CompletionStage<Void> connected = this.contact.isMade() ? CompletableFuture.completedStage(null)
				: this.contact.make();
		return connected
			.thenCompose((made) -> this.topic.addListenerAsync(String.class, (channel, text) -> granted(text)))
			.thenCompose((id) -> this.topic.addListenerAsync(new Resumption()))
			// else the next start would add a second listener, and all come twice
			.exceptionallyCompose((ex) -> this.topic.removeAllListenersAsync().handle((done, failure) -> {
				throw new CompletionException(ex);
			}))
			.thenAccept((id) -> {
				this.subscribed = true;
				this.warned.set(false);
				tell(Listener::resumed);
			});
	}

	private CompletionStage<Void> stop() {
		this.subscribed = false;
		return this.topic.removeAllListenersAsync();
	}

	private void failed(Throwable failure) {
		String message = RedisFailure.of("subscribe to grants", failure).getMessage();
		if (this.warned.compareAndSet(false, true)) {
			logger.warn("{}. Waiting for locks goes on by polling", message);
		}
		else {
			logger.debug("{}", message);
		}
	}

	private void granted(String message) {
		Grant grant;
		try {
			grant = parse(message);
		}
		catch (IllegalArgumentException | InvalidLockKeyException ex) {
			logger.debug("Ignoring a message that is no grant");
			return;
		}
		tell((listener) -> listener.granted(grant));
	}

	private static Grant parse(String message) {
		String[] lines = message.split("\n", PARTS);
		if (lines.length != PARTS) {
			throw new IllegalArgumentException("Not a grant");
		}
		Acquired acquired = new Acquired(Long.parseLong(lines[1]), Long.parseLong(lines[2]), lines[4].equals("1"));
		return new Grant(LockKey.parse(lines[5]), lines[0], acquired, Duration.ofMillis(Long.parseLong(lines[3])));
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

	/** Told when the server confirms the subscription again, after a reconnect. */
	private final class Resumption extends BaseStatusListener {

		@Override
		public void onSubscribe(String channel) {
			tell(Listener::resumed);
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
		public void resumed() {
			this.target.resumed();
		}

	}

}
