package dev.distributedlock.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import dev.distributedlock.LockBackendException;
import dev.distributedlock.LockLease;
import dev.distributedlock.LockLostException;
import dev.distributedlock.LockRequest;
import dev.distributedlock.LockTimeoutException;
import dev.distributedlock.backend.redis.RedissonLockBackend;
import dev.distributedlock.core.DefaultLockRegistry;
import dev.distributedlock.testsupport.RedisServer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;
import org.redisson.config.ReadMode;
import org.redisson.config.SubscriptionMode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A master behind sentinels dies while 16 threads lock, and a replica takes its place.
 */
class FailoverIntegrationTests {

	private static final int THREADS = 16;

	private static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(1);

	private final List<RedisServer> servers = new ArrayList<>();

	private final List<RedisServer> sentinels = new ArrayList<>();

	private final AtomicBoolean stop = new AtomicBoolean();

	private final AtomicInteger sections = new AtomicInteger();

	private final AtomicInteger troubles = new AtomicInteger();

	private final Queue<Throwable> unexpected = new ConcurrentLinkedQueue<>();

	@BeforeEach
	void start() {
		RedisServer master = RedisServer.start();
		this.servers.add(master);
		for (int i = 0; i < 2; i++) {
			this.servers.add(RedisServer.start("--replicaof", "127.0.0.1", Integer.toString(master.port()),
					"--repl-diskless-sync-delay", "0"));
		}
		for (int i = 0; i < 3; i++) {
			this.sentinels.add(RedisServer.startWithFile(RedisServer.freePort(),
					"sentinel monitor mymaster 127.0.0.1 " + master.port() + " 2\n"
							+ "sentinel down-after-milliseconds mymaster 1000\n"
							+ "sentinel failover-timeout mymaster 3000\n",
					"--sentinel"));
		}
		Awaitility.await("the replicas")
			.atMost(Duration.ofSeconds(60))
			.until(() -> this.servers.subList(1, 3)
				.stream()
				.allMatch((replica) -> info(replica).contains("master_link_status:up")));
		// they find each other by the master, and replicas by asking it every ten seconds
		Awaitility.await("the sentinels")
			.atMost(Duration.ofSeconds(60))
			.until(() -> this.sentinels.stream()
				.allMatch((sentinel) -> count(sentinel, "SENTINELS") == 2 && count(sentinel, "REPLICAS") == 2));
	}

	@AfterEach
	void stop() {
		this.sentinels.forEach(RedisServer::close);
		this.servers.forEach(RedisServer::close);
		Node.assertNoThreads();
	}

	@Test
	void locksGoOnWithTheNewMaster() throws Exception {
		underLoad(1);
	}

	@Test
	@Tag("soak")
	void locksGoOnWithTheNewMasterWhenItDiesAsWell() throws Exception {
		underLoad(2);
	}

	private void underLoad(int failovers) throws Exception {
		RedissonClient client = connect();
		ExecutorService threads = Executors.newFixedThreadPool(THREADS);
		try (RedissonLockBackend backend = new RedissonLockBackend(client, "failover");
				DefaultLockRegistry registry = DefaultLockRegistry.builder(backend)
					.commandTimeout(COMMAND_TIMEOUT)
					.build()) {
			for (int i = 0; i < THREADS; i++) {
				// half of them want locks of their own, half of them one lock
				LockRequest request = LockRequest.of("failover", Math.min(i, THREADS / 2))
					.waitAtMost(Duration.ofSeconds(2))
					.leaseFor(Duration.ofSeconds(3));
				threads.execute(() -> load(registry, request));
			}
			for (int i = 0; i < failovers; i++) {
				awaitSections("load", 100);
				RedisServer master = master();
				master.kill();
				this.servers.remove(master);
				Awaitility.await("callers are told")
					.atMost(Duration.ofSeconds(20))
					.until(() -> this.troubles.get() > 0);
				Awaitility.await("a new master")
					.atMost(Duration.ofSeconds(60))
					.until(() -> this.servers.stream().anyMatch((server) -> info(server).contains("role:master")));
				awaitSections("locks on the new master", 500);
			}
			this.stop.set(true);
			threads.shutdown();
			assertThat(threads.awaitTermination(20, TimeUnit.SECONDS)).as("every call ends").isTrue();
			assertThat(this.unexpected).isEmpty();
			for (int i = 0; i <= THREADS / 2; i++) {
				registry.acquire(LockRequest.of("failover", i).waitAtMost(Duration.ofSeconds(10))).close();
			}
			assertThat(registry.held()).isEmpty();
			Node.assertNothingLeft(master(), "failover");
			assertThat(lanes()).as("connections of the lanes to the new master").isBetween(1L, 2L);
		}
		finally {
			this.stop.set(true);
			threads.shutdownNow();
			client.shutdown(0, 2, TimeUnit.SECONDS);
		}
	}

	private void load(DefaultLockRegistry registry, LockRequest request) {
		while (!this.stop.get()) {
			try (LockLease lease = registry.acquire(request)) {
				lease.ensureValid();
				this.sections.incrementAndGet();
			}
			catch (LockBackendException ex) {
				this.troubles.incrementAndGet();
				if (!ex.isRetryable() || !ex.getMessage().contains("Redis could not")) {
					this.unexpected.add(ex);
				}
			}
			catch (LockLostException ex) {
				// granted by the master that died, forgotten by the new one: as told
			}
			catch (LockTimeoutException ex) {
				// behind a holder that waits for the answer to its release
			}
			catch (RuntimeException | Error ex) {
				this.unexpected.add(ex);
			}
		}
	}

	private RedissonClient connect() {
		Config config = new Config();
		config.setThreads(2).setNettyThreads(2);
		config.useSentinelServers()
			.setMasterName("mymaster")
			.addSentinelAddress(this.sentinels.stream().map(RedisServer::url).toArray(String[]::new))
			.setReadMode(ReadMode.MASTER)
			.setSubscriptionMode(SubscriptionMode.MASTER)
			.setMasterConnectionPoolSize(8)
			.setMasterConnectionMinimumIdleSize(1)
			.setTimeout((int) COMMAND_TIMEOUT.toMillis())
			.setConnectTimeout((int) COMMAND_TIMEOUT.toMillis())
			.setRetryAttempts(0);
		return Redisson.create(config);
	}

	private void awaitSections(String what, int number) {
		int before = this.sections.get();
		Awaitility.await(what).atMost(Duration.ofSeconds(60)).until(() -> this.sections.get() > before + number);
	}

	private RedisServer master() {
		return this.servers.stream().filter((server) -> info(server).contains("role:master")).findFirst().orElseThrow();
	}

	/** How many connections to the master carried scripts last. */
	private long lanes() {
		return String.valueOf(master().send("CLIENT", "LIST"))
			.lines()
			.filter((line) -> line.contains("cmd=evalsha"))
			.count();
	}

	private static String info(RedisServer server) {
		return String.valueOf(server.send("INFO", "replication"));
	}

	private static int count(RedisServer sentinel, String what) {
		List<?> found = (List<?>) sentinel.send("SENTINEL", what, "mymaster");
		return (found != null) ? found.size() : 0;
	}

}
