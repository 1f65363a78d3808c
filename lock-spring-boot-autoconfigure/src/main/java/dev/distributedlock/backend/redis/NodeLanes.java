package dev.distributedlock.backend.redis;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

import dev.distributedlock.backend.Ticker;
import org.jspecify.annotations.Nullable;
import org.redisson.Redisson;
import org.redisson.api.RScript.ReturnType;
import org.redisson.api.RedissonClient;
import org.redisson.client.RedisConnection;
import org.redisson.connection.ConnectionManager;
import org.redisson.connection.MasterSlaveEntry;
import org.redisson.connection.ServiceManager;

/**
 * The lanes to the nodes of Redis, two for each: one for renewals alone, so that neither
 * a pool that others have emptied nor a connection that has gone silent under other
 * commands keeps a lease from being renewed. A lane holds one connection of Redisson's
 * pool.
 */
final class NodeLanes {

	// with fewer connections, two of them would be too many to take
	private static final int SMALLEST_POOL = 4;

	private final ConnectionManager connections;

	private final Map<MasterSlaveEntry, Lanes> lanes = new ConcurrentHashMap<>();

	private volatile boolean closed;

	private NodeLanes(ConnectionManager connections) {
		this.connections = connections;
	}

	/** The lanes over a client, if it is of a kind that can have them. */
	static @Nullable NodeLanes of(RedissonClient client) {
		if (client instanceof Redisson redisson) {
			ConnectionManager connections = redisson.getCommandExecutor().getConnectionManager();
			if (connections.getServiceManager().getConfig().getMasterConnectionPoolSize() >= SMALLEST_POOL) {
				return new NodeLanes(connections);
			}
		}
		return null;
	}

	/** The lane for a key, {@code null} if there is none at present. */
	@Nullable CommandLane lane(String key, boolean renewal) {
		ServiceManager services = this.connections.getServiceManager();
		if (this.closed || services.isShuttingDown()) {
			return null;
		}
		MasterSlaveEntry node = this.connections
			.getWriteEntry(this.connections.calcSlot(services.getNameMapper().map(key)));
		if (node == null) {
			return null;
		}
		Lanes found = this.lanes.get(node);
		if (found == null) {
			// nodes that have left a cluster are forgotten when another one comes
			this.lanes.keySet().retainAll(this.connections.getEntrySet());
			found = this.lanes.computeIfAbsent(node, this::lanes);
		}
		// from now on there will be something to renew
		found.renewals.open();
		if (this.closed) {
			found.close();
		}
		return renewal ? found.renewals : found.others;
	}

	/** Whether keys of different slots may go into one script. */
	boolean isCluster() {
		return this.connections.getServiceManager().getCfg().isClusterConfig();
	}

	/** Give all connections back to the pool. */
	void close() {
		this.closed = true;
		this.lanes.values().forEach(Lanes::close);
	}

	private Lanes lanes(MasterSlaveEntry node) {
		return new Lanes(lane(node), lane(node));
	}

	private CommandLane lane(MasterSlaveEntry node) {
		ServiceManager services = this.connections.getServiceManager();
		UnaryOperator<String> names = services.getNameMapper()::map;
		return new CommandLane(() -> connect(node), names, Ticker.system(), services.getConfig().getTimeout());
	}

	private static CompletableFuture<LentConnection> connect(MasterSlaveEntry node) {
		CompletableFuture<RedisConnection> taken = node.connectionWriteOp(ReturnType.LIST.getCommand());
		CompletableFuture<LentConnection> lent = new CompletableFuture<>();
		CompletionStage<RedisConnection> arrival = taken;
		arrival.whenComplete((connection, failure) -> {
			if (failure != null) {
				lent.completeExceptionally(failure);
			}
			else if (!lent.complete(new PooledConnection(node, connection))) {
				node.releaseWrite(connection);
			}
		});
		// Given up: Redisson takes the demand off its list.
		CompletionStage<LentConnection> end = lent;
		end.whenComplete((connection, failure) -> {
			if (failure != null) {
				taken.completeExceptionally(failure);
			}
		});
		return lent;
	}

	private record Lanes(CommandLane renewals, CommandLane others) {

		private void close() {
			this.renewals.close();
			this.others.close();
		}

	}

}
