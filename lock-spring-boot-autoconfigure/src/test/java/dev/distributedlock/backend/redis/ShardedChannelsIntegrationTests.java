package dev.distributedlock.backend.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import dev.distributedlock.LockKey;
import dev.distributedlock.LockLease;
import dev.distributedlock.LockRequest;
import dev.distributedlock.backend.AcquireCommand;
import dev.distributedlock.backend.AcquireResult.Denied;
import dev.distributedlock.backend.WaitQueue.Grant;
import dev.distributedlock.backend.WaitQueue.Listener;
import dev.distributedlock.core.DefaultLockRegistry;
import dev.distributedlock.testsupport.RedisCluster;
import dev.distributedlock.testsupport.RedisServer;
import dev.distributedlock.testsupport.RedisVersion;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.redisson.api.RedissonClient;
import org.redisson.connection.CRC16;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Grants that come by sharded channels of a cluster.
 */
class ShardedChannelsIntegrationTests {

	private static final Duration LEASE = Duration.ofSeconds(60);

	private static final int LOCKS = 100;

	private RedisCluster cluster;

	private RedissonClient client;

	private RedissonLockBackend holder;

	private RedissonLockBackend waiter;

	private final Told told = new Told();

	@BeforeEach
	void connect() {
		RedisVersion.REDIS_7.assumePresent();
		this.cluster = RedisCluster.start(RedisVersion.REDIS_7, 3);
		this.client = Clients.connect(this.cluster);
		this.holder = new RedissonLockBackend(this.client, "lock");
		this.waiter = new RedissonLockBackend(this.client, "lock");
	}

	@AfterEach
	void disconnect() {
		if (this.cluster != null) {
			this.holder.close();
			this.waiter.close();
			this.client.shutdown(0, 2, TimeUnit.SECONDS);
			this.cluster.close();
		}
	}

	@Test
	void waitersOnAllNodesAreGrantedByMessagesThatNoOtherNodeSees() throws Exception {
		this.waiter.subscribe(this.told);
		List<LockKey> keys = IntStream.range(0, LOCKS).mapToObj((i) -> LockKey.of("k", i)).toList();
		for (LockKey key : keys) {
			get(this.holder.acquire(command(key, "holder", false)));
			assertThat(get(this.waiter.acquire(command(key, "waiter", true)))).isInstanceOf(Denied.class);
		}
		long buckets = keys.stream().map(RedisKeys::bucket).distinct().count();
		Awaitility.await("one channel for each bucket")
			.atMost(Duration.ofSeconds(20))
			.untilAsserted(() -> assertThat(channels("SHARDCHANNELS")).hasSize((int) buckets));
		assertThat(this.cluster.masters()).as("channels on each node")
			.allSatisfy((master) -> assertThat(RedisStand.channels(master, "SHARDCHANNELS", "*")).isNotEmpty());
		assertThat(channels("CHANNELS")).as("plain channels").isEmpty();
		for (LockKey key : keys) {
			assertThat(get(this.holder.release(key, "holder"))).isTrue();
		}
		Awaitility.await("all grants").atMost(Duration.ofSeconds(20)).until(() -> this.told.grants.size() == LOCKS);
		assertThat(this.cluster.masters()).as("messages to all nodes")
			.allSatisfy((m) -> assertThat(published(m)).isZero());
		this.waiter.close();
		Awaitility.await("no subscription is left")
			.atMost(Duration.ofSeconds(20))
			.untilAsserted(() -> assertThat(channels("SHARDCHANNELS")).isEmpty());
	}

	@Test
	void locksChangeHandsWellBelowThePollInterval() throws Exception {
		try (DefaultLockRegistry here = DefaultLockRegistry.builder(this.holder).build();
				DefaultLockRegistry there = DefaultLockRegistry.builder(this.waiter).build()) {
			List<Duration> waits = new ArrayList<>();
			for (int i = 0; i < LOCKS; i++) {
				LockRequest request = LockRequest.of("k", i % 30).waitAtMost(Duration.ofSeconds(20));
				LockLease held = here.acquire(request);
				var next = there.acquireAsync(request).toCompletableFuture();
				String name = new RedisKeys("lock").queue(held.key());
				Awaitility.await("queued")
					.pollInterval(Duration.ofMillis(1))
					.until(() -> owner(name).send("EXISTS", name).equals(1L));
				long released = System.nanoTime();
				held.close();
				next.get(20, TimeUnit.SECONDS).close();
				waits.add(Duration.ofNanos(System.nanoTime() - released));
			}
			waits.sort(null);
			assertThat(waits.get(LOCKS * 9 / 10)).isLessThan(Duration.ofMillis(100));
		}
	}

	@Test
	void channelFollowsASlotThatMoves() throws Exception {
		this.waiter.subscribe(this.told);
		LockKey key = LockKey.of("moves");
		grantOnce(key, "before");
		String name = new RedisKeys("lock").lock(key);
		RedisServer from = owner(name);
		RedisServer to = this.cluster.masters().stream().filter((master) -> master != from).findFirst().orElseThrow();
		this.cluster.move(slot(name), from, to);
		int resumed = this.told.resumed.get();
		get(this.holder.acquire(command(key, "holder", false)));
		Awaitility.await("subscribed at the new node").atMost(Duration.ofSeconds(20)).until(() -> {
			// what a waiting caller does every second
			get(this.waiter.acquire(command(key, "after", true)));
			return this.told.resumed.get() > resumed;
		});
		assertThat(RedisStand.channels(to, "SHARDCHANNELS", "lock:" + name.substring(5, 10) + "*")).hasSize(1);
		get(this.holder.release(key, "holder"));
		Awaitility.await("the grant").atMost(Duration.ofSeconds(20)).until(() -> this.told.has("after"));
	}

	@Test
	void channelComesBackWhenItsSlotWasElsewhereMeanwhile() throws Exception {
		this.waiter.subscribe(this.told);
		LockKey key = LockKey.of("returns");
		grantOnce(key, "before");
		String name = new RedisKeys("lock").lock(key);
		RedisServer home = owner(name);
		RedisServer other = this.cluster.masters()
			.stream()
			.filter((master) -> master != home)
			.findFirst()
			.orElseThrow();
		this.cluster.move(slot(name), home, other);
		this.cluster.move(slot(name), other, home);
		assertThat(channels("SHARDCHANNELS")).as("the server has ended the subscription").isEmpty();
		Awaitility.await("subscribed again").atMost(Duration.ofSeconds(20)).until(() -> {
			get(this.waiter.acquire(command(key, "after", true)));
			return !channels("SHARDCHANNELS").isEmpty();
		});
	}

	@Test
	void channelsComeBackWhenTheirConnectionIsLost() throws Exception {
		this.waiter.subscribe(this.told);
		LockKey key = LockKey.of("lost");
		grantOnce(key, "before");
		int resumed = this.told.resumed.get();
		this.cluster.masters().forEach((master) -> master.send("CLIENT", "KILL", "TYPE", "pubsub"));
		Awaitility.await("subscribed again without an attempt")
			.atMost(Duration.ofSeconds(20))
			.until(() -> this.told.resumed.get() > resumed);
		grantOnce(key, "after");
	}

	@Test
	void leastPermissionsAreEnoughAndEachIsNeeded() throws Exception {
		assertThat(isGrantedWith("+spublish +ssubscribe")).isTrue();
		assertThat(isGrantedWith("+ssubscribe")).as("without spublish").isFalse();
		assertThat(isGrantedWith("+spublish")).as("without ssubscribe").isFalse();
	}

	private boolean isGrantedWith(String rights) throws Exception {
		String user = "ACL SETUSER app reset on >s3cret resetkeys ~lock:* resetchannels &lock:* -@all"
				+ " +evalsha +eval +script|load +get +set +del +exists +zadd +zpopmin +zrange +zrem"
				+ " +pexpire +pttl +time +publish +pubsub +subscribe +unsubscribe +ping +cluster|nodes " + rights;
		this.cluster.masters().forEach((master) -> master.send(user.split(" ")));
		RedissonClient limited = Clients.connect(this.cluster,
				(config) -> config.setUsername("app").setPassword("s3cret"));
		Told own = new Told();
		try (RedissonLockBackend backend = new RedissonLockBackend(limited, "lock")) {
			backend.subscribe(own);
			LockKey key = LockKey.of("limited", rights);
			get(backend.acquire(command(key, "holder", true)));
			get(backend.acquire(command(key, "waiter", true)));
			Awaitility.await("subscribed, or refused")
				.pollDelay(Duration.ofMillis(500))
				.until(() -> !channels("SHARDCHANNELS").isEmpty() || !rights.contains("+ssubscribe"));
			get(backend.release(key, "holder"));
			Awaitility.await().atMost(Duration.ofSeconds(2)).until(() -> own.has("waiter"));
			return true;
		}
		catch (ConditionTimeoutException ex) {
			return false;
		}
		finally {
			limited.shutdown(0, 2, TimeUnit.SECONDS);
		}
	}

	@Test
	void serversThatDoNotKnowShardedChannelsAreSpokenToByAPlainOne() throws Exception {
		try (RedisCluster old = RedisCluster.start(RedisVersion.REDIS_6, 3)) {
			RedissonClient plain = Clients.connect(old);
			try (RedissonLockBackend backend = new RedissonLockBackend(plain, "lock")) {
				backend.subscribe(this.told);
				Awaitility.await("subscribed").until(() -> this.told.resumed.get() > 0);
				LockKey key = LockKey.of("old");
				get(backend.acquire(command(key, "holder", true)));
				get(backend.acquire(command(key, "waiter", true)));
				get(backend.release(key, "holder"));
				Awaitility.await("the grant").atMost(Duration.ofSeconds(20)).until(() -> this.told.has("waiter"));
				assertThat(old.masters().stream().flatMap((m) -> RedisStand.channels(m, "CHANNELS", "lock:*").stream()))
					.hasSize(1);
				Awaitility.await("the other nodes have had the message, too")
					.untilAsserted(() -> assertThat(old.masters()).filteredOn((m) -> published(m) > 0).hasSize(2));
			}
			finally {
				plain.shutdown(0, 2, TimeUnit.SECONDS);
			}
		}
	}

	private void grantOnce(LockKey key, String owner) throws Exception {
		get(this.holder.acquire(command(key, "holder", false)));
		Awaitility.await("subscribed").atMost(Duration.ofSeconds(20)).until(() -> {
			get(this.waiter.acquire(command(key, owner, true)));
			return !channels("SHARDCHANNELS").isEmpty();
		});
		get(this.holder.release(key, "holder"));
		Awaitility.await("the grant").atMost(Duration.ofSeconds(20)).until(() -> this.told.has(owner));
		get(this.waiter.release(key, owner));
	}

	private List<String> channels(String kind) {
		return this.cluster.masters().stream().flatMap((m) -> RedisStand.channels(m, kind, "lock:*").stream()).toList();
	}

	private RedisServer owner(String name) {
		int share = (16384 + 2) / 3;
		return this.cluster.masters().get(slot(name) / share);
	}

	private static int slot(String name) {
		return CRC16.crc16(name.substring(name.indexOf('{') + 1, name.indexOf('}')).getBytes()) % 16384;
	}

	/** Messages of plain channels that came from other nodes of the cluster. */
	private static long published(RedisServer server) {
		return String.valueOf(server.send("CLUSTER", "INFO"))
			.lines()
			.filter((line) -> line.startsWith("cluster_stats_messages_publish_received:"))
			.mapToLong((line) -> Long.parseLong(line.substring(line.indexOf(':') + 1)))
			.sum();
	}

	private static AcquireCommand command(LockKey key, String owner, boolean waiting) {
		return new AcquireCommand(key, owner, "instance", LEASE, waiting);
	}

	private static <T> T get(CompletionStage<T> stage) throws Exception {
		return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
	}

	/** Remembers what it was told. */
	private static final class Told implements Listener {

		private final Queue<Grant> grants = new ConcurrentLinkedQueue<>();

		private final AtomicInteger resumed = new AtomicInteger();

		@Override
		public void granted(Grant grant) {
			this.grants.add(grant);
		}

		@Override
		public void resumed() {
			this.resumed.incrementAndGet();
		}

		private boolean has(String owner) {
			return this.grants.stream().anyMatch((grant) -> grant.owner().equals(owner));
		}

	}

}
