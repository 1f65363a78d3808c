package dev.distributedlock.backend.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;
import org.redisson.client.RedisConnection;
import org.redisson.client.RedisConnectionException;
import org.redisson.client.protocol.CommandData;
import org.redisson.client.protocol.CommandsData;
import org.redisson.connection.MasterSlaveEntry;

/**
 * A connection to the master of one node, taken out of Redisson's pool.
 * <p>
 * Redisson brings a connection that was lost to life again by giving it another channel.
 * What was under way on the first one is then lost without a word, so this ends with the
 * channel that it began with.
 */
final class PooledConnection implements LentConnection {

	private final MasterSlaveEntry node;

	private final RedisConnection connection;

	// of io.netty, which is Redisson's affair: only its identity counts
	private final Object channel;

	PooledConnection(MasterSlaveEntry node, RedisConnection connection) {
		this.node = node;
		this.connection = connection;
		this.channel = connection.getChannel();
	}

	@Override
	public void onEnd(Runnable action) {
		var ignored = this.connection.getChannel().closeFuture().addListener((future) -> action.run());
	}

	@Override
	public boolean isUsable() {
		return this.connection.isActive() && !this.connection.isClosed()
				&& this.connection.getChannel() == this.channel;
	}

	@Override
	public boolean isToMaster() {
		return this.connection.getRedisClient() == this.node.getClient();
	}

	@Override
	public CompletionStage<?> send(List<ScriptCall<?>> calls, UnaryOperator<String> names) {
		if (calls.size() == 1) {
			CommandData<?, ?> command = calls.get(0).command(names);
			var written = this.connection.send(command);
			var ignored = written.addListener((future) -> check(future.cause(), command.getPromise()));
			return command.getPromise();
		}
		List<CommandData<?, ?>> commands = new ArrayList<>(calls.size());
		calls.forEach((call) -> commands.add(call.command(names)));
		CompletableFuture<Void> all = new CompletableFuture<>();
		var written = this.connection
			.send(new CommandsData(all, commands, /* queued= */ false, /* syncSlaves= */ false));
		var ignored = written.addListener((future) -> check(future.cause(), all));
		return all;
	}

	private static void check(@Nullable Throwable writeFailure, CompletableFuture<?> answer) {
		if (writeFailure != null) {
			answer.completeExceptionally(new RedisConnectionException("a command could not be written", writeFailure));
		}
	}

	@Override
	public void giveBack() {
		this.node.releaseWrite(this.connection);
	}

	@Override
	public void discard() {
		var ignored = this.connection.forceFastReconnectAsync();
		giveBack();
	}

}
