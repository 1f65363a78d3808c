package dev.distributedlock.testsupport;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;

/**
 * A cluster of masters without replicas, its slots shared out evenly and in order.
 */
public final class RedisCluster implements AutoCloseable {

	private static final int SLOTS = 16384;

	private final List<RedisServer> masters = new ArrayList<>();

	private RedisCluster() {
	}

	/**
	 * Start a cluster and wait until it serves all slots.
	 * @param version the version of Redis
	 * @param size the number of masters
	 * @param options more options of all of them
	 * @return the running cluster, to be closed
	 */
	public static RedisCluster start(RedisVersion version, int size, String... options) {
		RedisCluster cluster = new RedisCluster();
		try {
			cluster.form(version, size, options);
			return cluster;
		}
		catch (RuntimeException | Error ex) {
			cluster.close();
			throw ex;
		}
	}

	private void form(RedisVersion version, int size, String... options) {
		for (int i = 0; i < size; i++) {
			List<String> all = new ArrayList<>(
					List.of("--cluster-enabled", "yes", "--cluster-config-file", "nodes-" + i + ".conf"));
			all.addAll(List.of(options));
			this.masters.add(RedisServer.start(version, all.toArray(String[]::new)));
		}
		int share = (SLOTS + size - 1) / size;
		for (int i = 0; i < size; i++) {
			List<String> command = new ArrayList<>(List.of("CLUSTER", "ADDSLOTS"));
			IntStream.range(i * share, Math.min(SLOTS, (i + 1) * share))
				.mapToObj(Integer::toString)
				.forEach(command::add);
			this.masters.get(i).send(command.toArray(String[]::new));
			this.masters.get(i).send("CLUSTER", "SET-CONFIG-EPOCH", Integer.toString(i + 1));
		}
		this.masters.forEach(
				(server) -> this.masters.get(0).send("CLUSTER", "MEET", "127.0.0.1", Integer.toString(server.port())));
		Awaitility.await("the cluster")
			.atMost(Duration.ofSeconds(60))
			.until(() -> this.masters.stream().allMatch((server) -> {
				String state = String.valueOf(server.send("CLUSTER", "INFO"));
				return state.contains("cluster_state:ok") && state.contains("cluster_slots_assigned:" + SLOTS)
						&& state.contains("cluster_known_nodes:" + size);
			}));
	}

	/**
	 * Return the masters in the order of their slots.
	 * @return the masters
	 */
	public List<RedisServer> masters() {
		return List.copyOf(this.masters);
	}

	/**
	 * Return the first master.
	 * @return the master of the lowest slots
	 */
	public RedisServer first() {
		return this.masters.get(0);
	}

	/**
	 * Give a slot to another master, with all that is in it.
	 * @param slot the slot
	 * @param from its master until now
	 * @param to its master from now on
	 */
	public void move(int slot, RedisServer from, RedisServer to) {
		String number = Integer.toString(slot);
		String source = String.valueOf(from.send("CLUSTER", "MYID"));
		String target = String.valueOf(to.send("CLUSTER", "MYID"));
		to.send("CLUSTER", "SETSLOT", number, "IMPORTING", source);
		from.send("CLUSTER", "SETSLOT", number, "MIGRATING", target);
		List<?> keys = List.of();
		do {
			for (Object key : keys) {
				from.send("MIGRATE", "127.0.0.1", Integer.toString(to.port()), String.valueOf(key), "0", "5000");
			}
			keys = (List<?>) from.send("CLUSTER", "GETKEYSINSLOT", number, "100");
		}
		while (keys != null && !keys.isEmpty());
		to.send("CLUSTER", "SETSLOT", number, "NODE", target);
		this.masters.forEach((master) -> master.send("CLUSTER", "SETSLOT", number, "NODE", target));
	}

	@Override
	public void close() {
		this.masters.forEach(RedisServer::close);
	}

}
