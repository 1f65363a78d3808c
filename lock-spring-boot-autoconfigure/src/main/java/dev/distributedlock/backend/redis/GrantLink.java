package dev.distributedlock.backend.redis;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.redisson.client.BaseRedisPubSubListener;
import org.redisson.client.ChannelName;
import org.redisson.client.RedisConnectionException;
import org.redisson.client.RedisPubSubConnection;
import org.redisson.client.codec.StringCodec;
import org.redisson.client.handler.CommandPubSubDecoder;
import org.redisson.client.protocol.CommandData;
import org.redisson.client.protocol.RedisCommands;
import org.redisson.client.protocol.pubsub.PubSubType;
import org.redisson.connection.MasterSlaveEntry;

/**
 * A connection of our own to the master of one node, for sharded channels. It ends with
 * the channel of io.netty that it began with: Redisson must not bring it to life again,
 * perhaps at a node that has these slots no more.
 */
final class GrantLink {

	private final RedisPubSubConnection connection;

	private GrantLink(RedisPubSubConnection connection) {
		this.connection = connection;
	}

	static CompletableFuture<GrantLink> open(MasterSlaveEntry node) {
		CompletableFuture<GrantLink> opened = new CompletableFuture<>();
		CompletionStage<RedisPubSubConnection> arrival = node.getClient().connectPubSubAsync();
		arrival.whenComplete((connection, failure) -> {
			if (failure != null) {
				opened.completeExceptionally(failure);
			}
			else if (!opened.complete(new GrantLink(connection))) {
				var ignored = connection.closeAsync();
			}
		});
		return opened;
	}

	/** Have something done when this ends; at once if it has ended already. */
	void onEnd(Runnable action) {
		var ignored = this.connection.getChannel().closeFuture().addListener((future) -> {
			CompletionStage<Void> ended = close();
			ended.whenComplete((done, failure) -> action.run());
		});
	}

	/** Whether this leads to a node's master. */
	boolean leadsTo(MasterSlaveEntry node) {
		return this.connection.isActive() && !this.connection.isClosed()
				&& this.connection.getRedisClient() == node.getClient();
	}

	/**
	 * Subscribe to a sharded channel.
	 * @param channel its name
	 * @param messages is given what comes
	 * @param end run when the server ends the subscription, as it has the slot no more
	 * @param timeoutMillis how long to wait for the server
	 * @return completes when the server has confirmed, or refused, or not answered in
	 * time
	 */
	CompletableFuture<Void> subscribe(String channel, Consumer<String> messages, Runnable end, int timeoutMillis) {
		ChannelName name = new ChannelName(channel);
		CompletableFuture<Void> confirmed = new CompletableFuture<>();
		BaseRedisPubSubListener listener = new BaseRedisPubSubListener() {

			@Override
			public void onStatus(PubSubType type, CharSequence subject) {
				if (type == PubSubType.SSUBSCRIBE) {
					confirmed.complete(null);
				}
				else if (type == PubSubType.SUNSUBSCRIBE) {
					GrantLink.this.connection.removeListener(name, this);
					end.run();
				}
			}

			@Override
			public void onMessage(CharSequence subject, Object message) {
				messages.accept((String) message);
			}

		};
		this.connection.addListener(name, listener);
		expectEnd(name);
		CompletableFuture<Void> sent = new CompletableFuture<>();
		CompletionStage<Void> answer = sent;
		answer.whenComplete((done, failure) -> {
			if (failure != null) {
				confirmed.completeExceptionally(failure);
			}
		});
		var written = this.connection.ssubscribe(sent, StringCodec.INSTANCE, name);
		var ignored = written.addListener((future) -> {
			if (future.cause() != null) {
				confirmed.completeExceptionally(
						new RedisConnectionException("a subscription could not be written", future.cause()));
			}
		});
		return confirmed.orTimeout(timeoutMillis, TimeUnit.MILLISECONDS).whenComplete((done, failure) -> {
			if (failure != null) {
				this.connection.removeListener(name, listener);
			}
		});
	}

	/**
	 * Have Redisson understand that a subscription has ended although nobody asked for
	 * it: it drops what is no answer to a command.
	 */
	private void expectEnd(ChannelName name) {
		this.connection.getChannel()
			.pipeline()
			.get(CommandPubSubDecoder.class)
			.addPubSubCommand(name, new CommandData<>(new CompletableFuture<>(), StringCodec.INSTANCE,
					RedisCommands.SUNSUBSCRIBE, new Object[] { name }));
	}

	CompletionStage<Void> close() {
		CompletableFuture<Void> closed = new CompletableFuture<>();
		var ignored = this.connection.closeAsync().addListener((future) -> closed.complete(null));
		return closed;
	}

}
