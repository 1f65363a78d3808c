package dev.distributedlock.backend.redis;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.distributedlock.LockKey;
import org.jspecify.annotations.Nullable;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.connection.ConnectionManager;
import org.redisson.connection.MasterSlaveEntry;

/**
 * The sharded channels of one instance in a cluster: one for each bucket, in the slot of
 * its locks, so that a message stays on the node that sends it. A channel is subscribed
 * when somebody first waits for a lock of its bucket, over one connection to each node.
 * <p>
 * Nothing runs on a timer: each waiting attempt looks whether its channel is subscribed
 * at the node that has its slot now, and if not has that done. So after a slot has moved,
 * or a node has failed, messages are missed until the next poll.
 */
// Redisson's own sharded topics are not used: in 4.7.0 one whose slot moves is subscribed
// anew with the codec of a plain channel, null, and that fails with a lock of Redisson's
// held that other subscriptions need.
final class ShardedChannels {

	/**
	 * What tells a sharded channel from a plain one in the queue; not part of its name.
	 */
	private static final String MARK = "!";

	private final ConnectionManager connections;

	private final RedisKeys keys;

	private final String id;

	private final GrantListeners listeners;

	private final Map<Integer, Channel> channels = new ConcurrentHashMap<>();

	private final Map<MasterSlaveEntry, CompletableFuture<GrantLink>> links = new ConcurrentHashMap<>();

	private ShardedChannels(ConnectionManager connections, RedisKeys keys, String id, GrantListeners listeners) {
		this.connections = connections;
		this.keys = keys;
		this.id = id;
		this.listeners = listeners;
	}

	/** The channels of an instance, if its client is one of a cluster. */
	static @Nullable ShardedChannels of(RedissonClient client, RedisKeys keys, String id, GrantListeners listeners) {
		try {
			if (client instanceof Redisson redisson && client.getConfig().isClusterConfig()) {
				return new ShardedChannels(redisson.getCommandExecutor().getConnectionManager(), keys, id, listeners);
			}
		}
		catch (LinkageError ex) {
			// a version of Redisson that is not known, the lanes say so
		}
		return null;
	}

	/** Whether the servers know sharded channels, and the client may use them. */
	boolean isSupported() {
		try {
			return this.connections.getSubscribeService().isShardingSupported();
		}
		catch (LinkageError ex) {
			return false;
		}
	}

	/** The channel for a lock. It is subscribed if it is not, and somebody listens. */
	String channel(LockKey key) {
		Channel channel = this.channels.computeIfAbsent(RedisKeys.bucket(key), this::channel);
		if (!this.listeners.isEmpty()) {
			ensure(channel);
		}
		return channel.reference;
	}

	/** End all subscriptions, with their connections. */
	CompletionStage<Void> close() {
		CompletableFuture<?>[] ends = this.links.values()
			.stream()
			.map((link) -> link.thenCompose(GrantLink::close))
			.toArray(CompletableFuture[]::new);
		this.links.clear();
		return CompletableFuture.allOf(ends).exceptionally((ex) -> null);
	}

	private Channel channel(int bucket) {
		String name = this.connections.getServiceManager().getNameMapper().map(this.keys.channel(bucket, this.id));
		return new Channel(name, this.connections.calcSlot(name));
	}

	private void ensure(Channel channel) {
		try {
			MasterSlaveEntry node = this.connections.getWriteEntry(channel.slot);
			GrantLink current = channel.link;
			if (node != null && (current == null || !current.leadsTo(node))
					&& channel.pending.compareAndSet(false, true)) {
				CompletionStage<GrantLink> link = link(node);
				link.thenCompose((open) -> subscribe(channel, open)).whenComplete((done, ex) -> {
					channel.pending.set(false);
					if (ex != null) {
						this.listeners.failed(ex);
					}
					else {
						this.listeners.resumed();
					}
					if (this.listeners.isEmpty()) {
						// closed while this was in the making
						CompletionStage<Void> ignored = close();
					}
				});
			}
		}
		catch (RuntimeException | LinkageError ex) {
			channel.pending.set(false);
			this.listeners.failed(ex);
		}
	}

	private CompletionStage<Void> subscribe(Channel channel, GrantLink link) {
		// ended by the server: its slot has moved, perhaps there and back again
		Runnable end = () -> channel.link = null;
		return link.subscribe(channel.name, this.listeners::told, end, timeoutMillis())
			.thenAccept((done) -> channel.link = link);
	}

	private CompletableFuture<GrantLink> link(MasterSlaveEntry node) {
		CompletableFuture<GrantLink> found = this.links.get(node);
		if (found != null && isOf(node, found)) {
			return found;
		}
		CompletableFuture<GrantLink> mine = new CompletableFuture<>();
		CompletableFuture<GrantLink> latest = this.links.compute(node,
				(key, link) -> (link != null && isOf(node, link)) ? link : mine);
		if (latest == mine) {
			if (found != null) {
				CompletionStage<Void> ignored = found.thenCompose(GrantLink::close);
			}
			// nodes that have left the cluster are forgotten when another one comes
			this.links.keySet().retainAll(this.connections.getEntrySet());
			CompletionStage<GrantLink> opening = GrantLink.open(node).orTimeout(timeoutMillis(), TimeUnit.MILLISECONDS);
			opening.whenComplete((link, ex) -> {
				if (ex != null) {
					this.links.remove(node, mine);
					mine.completeExceptionally(ex);
				}
				else {
					link.onEnd(() -> lost(link));
					mine.complete(link);
				}
			});
		}
		return latest;
	}

	private static boolean isOf(MasterSlaveEntry node, CompletableFuture<GrantLink> link) {
		return !link.isDone() || (!link.isCompletedExceptionally() && link.join().leadsTo(node));
	}

	/** Subscribe elsewhere what was subscribed over a connection that has ended. */
	private void lost(GrantLink link) {
		if (!this.listeners.isEmpty()) {
			this.channels.values().stream().filter((channel) -> channel.link == link).forEach(this::ensure);
		}
	}

	private int timeoutMillis() {
		return this.connections.getServiceManager().getConfig().getTimeout();
	}

	/** The channel of one bucket. */
	private static final class Channel {

		private final String name;

		private final String reference;

		private final int slot;

		private final AtomicBoolean pending = new AtomicBoolean();

		// over which it is subscribed, if that still exists
		private volatile @Nullable GrantLink link;

		private Channel(String name, int slot) {
			this.name = name;
			this.reference = MARK + name;
			this.slot = slot;
		}

	}

}
