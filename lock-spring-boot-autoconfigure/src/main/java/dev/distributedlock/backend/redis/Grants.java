package dev.distributedlock.backend.redis;

import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import dev.distributedlock.LockKey;
import dev.distributedlock.backend.WaitQueue.Listener;
import dev.distributedlock.backend.WaitQueue.Subscription;
import org.jspecify.annotations.Nullable;
import org.redisson.api.RedissonClient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ways on which this instance is told of grants: one plain channel, or in a cluster
 * that can do it sharded ones, which do not burden all of its nodes with each message.
 * Which of them is decided once, when the client has met its servers.
 */
final class Grants {

	private static final Logger logger = LoggerFactory.getLogger(Grants.class);

	private final GrantListeners listeners = new GrantListeners();

	private final FirstContact contact;

	private final GrantChannel plain;

	private final @Nullable ShardedChannels sharded;

	private volatile @Nullable Boolean isSharded;

	Grants(RedissonClient client, FirstContact contact, RedisKeys keys) {
		String id = UUID.randomUUID().toString();
		this.contact = contact;
		this.plain = new GrantChannel(client, contact, keys.channel(id), this.listeners);
		this.sharded = ShardedChannels.of(client, keys, id, this.listeners);
	}

	/**
	 * Return where one who waits for a lock is told of its grant, as the scripts have it.
	 * Subscribes, if somebody listens. Only to be called when the first contact is made.
	 */
	String channel(LockKey key) {
		ShardedChannels channels = sharded();
		if (channels != null) {
			return channels.channel(key);
		}
		this.plain.ensure();
		return this.plain.name();
	}

	Subscription subscribe(Listener listener) {
		Listener own = this.listeners.add(listener);
		if (this.sharded == null || this.contact.isMade()) {
			begin(own);
		}
		else {
			CompletionStage<Void> ignored = this.contact.make().thenRun(() -> begin(own));
		}
		return () -> {
			if (this.listeners.remove(own)) {
				CompletionStage<Void> ignored = end();
			}
		};
	}

	CompletionStage<Void> close() {
		this.listeners.clear();
		return end();
	}

	private void begin(Listener own) {
		if (sharded() == null) {
			this.plain.join(own);
		}
		else {
			// its attempts subscribe, each to the channel that it needs
			own.resumed();
		}
	}

	private CompletionStage<Void> end() {
		if (this.sharded == null || Boolean.FALSE.equals(this.isSharded)) {
			return this.plain.settle();
		}
		return this.listeners.isEmpty() ? this.sharded.close() : CompletableFuture.completedStage(null);
	}

	private @Nullable ShardedChannels sharded() {
		ShardedChannels channels = this.sharded;
		if (channels == null) {
			return null;
		}
		Boolean decided = this.isSharded;
		if (decided == null) {
			decided = channels.isSupported();
			this.isSharded = decided;
			logger.debug("Grants come by {} in this cluster", decided ? "sharded channels" : "a plain channel");
		}
		return decided ? channels : null;
	}

}
