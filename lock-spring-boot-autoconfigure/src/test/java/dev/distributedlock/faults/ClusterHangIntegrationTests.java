package dev.distributedlock.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import dev.distributedlock.LockKey;
import dev.distributedlock.LockLease;
import dev.distributedlock.LockListener;
import dev.distributedlock.LockLostEvent;
import dev.distributedlock.LockLostException;
import dev.distributedlock.LockRequest;
import dev.distributedlock.backend.redis.RedissonLockBackend;
import dev.distributedlock.core.DefaultLockRegistry;
import dev.distributedlock.testsupport.RedisCluster;
import dev.distributedlock.testsupport.RedisServer;
import dev.distributedlock.testsupport.RedisVersion;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A cluster of which one master hangs: its locks are lost, those of the others are not.
 */
class ClusterHangIntegrationTests {

	private static final int MASTERS = 3;

	private static final int LOCKS = 90;

	private RedisCluster cluster;

	private final Queue<LockKey> lost = new ConcurrentLinkedQueue<>();

	@BeforeEach
	void formCluster() {
		this.cluster = RedisCluster.start(RedisVersion.REDIS_6, MASTERS, "--cluster-require-full-coverage", "no");
	}

	@AfterEach
	void stop() {
		this.cluster.close();
	}

	@Test
	void onlyLocksOfAMasterThatHangsAreLost() throws Exception {
		hangOneMaster(Duration.ofSeconds(4), Duration.ofSeconds(9), Duration.ofMillis(800));
	}

	@Test
	@Tag("soak")
	void onlyLocksOfAMasterThatHangsForAMinuteAreLost() throws Exception {
		hangOneMaster(Duration.ofSeconds(30), Duration.ofSeconds(60), Duration.ofSeconds(3));
	}

	private void hangOneMaster(Duration leaseTime, Duration outage, Duration timeout) throws Exception {
		Config config = new Config();
		config.setThreads(2).setNettyThreads(2);
		config.useClusterServers()
			.addNodeAddress(this.cluster.first().url())
			.setMasterConnectionPoolSize(8)
			.setMasterConnectionMinimumIdleSize(1)
			.setTimeout((int) timeout.toMillis())
			.setRetryAttempts(0);
		RedissonClient client = Redisson.create(config);
		try (RedissonLockBackend backend = new RedissonLockBackend(client, "hang");
				DefaultLockRegistry registry = DefaultLockRegistry.builder(backend)
					.commandTimeout(timeout)
					.listener(new LockListener() {

						@Override
						public void lost(LockLostEvent event) {
							ClusterHangIntegrationTests.this.lost.add(event.key());
						}

					})
					.build()) {
			List<LockLease> leases = new ArrayList<>();
			for (int i = 0; i < LOCKS; i++) {
				leases.add(registry.acquire(LockRequest.of("held", i).leaseFor(leaseTime)));
			}
			RedisServer hung = this.cluster.masters().get(MASTERS - 1);
			List<LockLease> others = IntStream.range(0, LOCKS).mapToObj((i) -> registry.acquire(free(i))).toList();
			List<String> names = Node.keys(hung, "hang");
			others.forEach(LockLease::close);
			List<LockKey> onHung = leases.stream().map(LockLease::key).filter((key) -> isAmong(names, key)).toList();
			assertThat(onHung).as("locks on the master that hangs").hasSizeBetween(LOCKS / 6, LOCKS / 2);
			hung.pause();
			try {
				long end = System.nanoTime() + outage.toNanos();
				int granted = 0;
				while (System.nanoTime() < end) {
					LockRequest free = free(granted);
					if (!isAmong(names, free.key())) {
						registry.acquire(free.waitAtMost(timeout)).close();
					}
					granted++;
					assertThat(leases).as("after " + granted + " other locks")
						.filteredOn((lease) -> !onHung.contains(lease.key()))
						.allMatch(LockLease::isValid);
				}
				assertThat(granted).as("locks granted by the others meanwhile").isPositive();
				assertThat(this.lost).containsExactlyInAnyOrderElementsOf(onHung);
			}
			finally {
				hung.resume();
			}
			for (LockLease lease : leases) {
				try {
					lease.close();
				}
				catch (LockLostException ex) {
					assertThat(onHung).contains(lease.key());
				}
			}
		}
		finally {
			client.shutdown(0, 2, TimeUnit.SECONDS);
		}
	}

	/** A lock that nobody holds, one of as many as there are held ones. */
	private static LockRequest free(int number) {
		return LockRequest.of("free", number % LOCKS);
	}

	private static boolean isAmong(List<String> names, LockKey key) {
		return names.stream().anyMatch((name) -> name.endsWith(":lock:" + key.value()));
	}

}
