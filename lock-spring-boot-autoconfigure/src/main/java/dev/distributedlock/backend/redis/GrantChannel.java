package dev.distributedlock.backend.redis;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.distributedlock.backend.WaitQueue.Listener;
import org.redisson.api.RTopic;
import org.redisson.api.RedissonClient;
import org.redisson.api.listener.BaseStatusListener;
import org.redisson.client.codec.StringCodec;

/**
 * The plain channel on which this instance is told of grants to it: one subscription,
 * whatever the number of locks and listeners, held while there is a listener.
 * <p>
 * What is wanted (a listener exists) and what is (subscribed) are brought together by
 * {@link #reconcile()}, one step at a time in the order of {@link #steps}: a close during
 * a subscription that is still in the making comes after it. If Redis cannot be asked,
 * the next waiting attempt starts the next step; nothing runs on a timer.
 */
final class GrantChannel {

	private final RTopic topic;

	private final FirstContact contact;

	private final GrantListeners listeners;

	private final AtomicBoolean stepPending = new AtomicBoolean();

	private volatile boolean subscribed;

	private volatile CompletionStage<Void> steps = CompletableFuture.completedStage(null);

	GrantChannel(RedissonClient client, FirstContact contact, String name, GrantListeners listeners) {
		this.topic = client.getTopic(name, StringCodec.INSTANCE);
		this.contact = contact;
		this.listeners = listeners;
	}

	/**
	 * Return the name under which Redis knows the channel. A client may map names.
	 * @return the name to publish to
	 */
	String name() {
		return this.topic.getChannelNames().get(0);
	}

	/** A listener has come. */
	void join(Listener own) {
		if (this.subscribed) {
			own.resumed();
		}
		ensure();
	}

	/** Bring the subscription about, if it is wanted and missing, or the reverse. */
	void ensure() {
		if (this.subscribed == this.listeners.isEmpty() && this.stepPending.compareAndSet(false, true)) {
			this.steps = this.steps.thenCompose((done) -> reconcile());
		}
	}

	/** Listeners have gone. */
	CompletionStage<Void> settle() {
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
				this.listeners.failed(ex);
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
			.thenCompose(
					(made) -> this.topic.addListenerAsync(String.class, (channel, text) -> this.listeners.told(text)))
			.thenCompose((id) -> this.topic.addListenerAsync(new Resumption()))
			// else the next start would add a second listener, and all come twice
			.exceptionallyCompose((ex) -> this.topic.removeAllListenersAsync().handle((done, failure) -> {
				throw new CompletionException(ex);
			}))
			.thenAccept((id) -> {
				this.subscribed = true;
				this.listeners.resumed();
			});
	}

	private CompletionStage<Void> stop() {
		this.subscribed = false;
		return this.topic.removeAllListenersAsync();
	}

	/** Told when the server confirms the subscription again, after a reconnect. */
	private final class Resumption extends BaseStatusListener {

		@Override
		public void onSubscribe(String channel) {
			GrantChannel.this.listeners.resumed();
		}

	}

}
