package dev.distributedlock.faults;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import dev.distributedlock.LockLease;
import dev.distributedlock.LockRequest;
import dev.distributedlock.testsupport.RedisServer;
import org.awaitility.Awaitility;
import org.h2.tools.Server;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A holder in another process is killed or stopped while it writes to a database.
 */
class HolderProcessIntegrationTests {

	private static final Duration LEASE = Duration.ofSeconds(2);

	private static final LockRequest REQUEST = LockRequest.of("shared")
		.leaseFor(LEASE)
		.waitAtMost(Duration.ofSeconds(30));

	private final String prefix = Node.freshPrefix();

	private final RedisServer redis = RedisServer.shared();

	@Test
	void killedHolderIsReplacedWithinItsLeaseAndASecond() throws Exception {
		try (Database database = new Database();
				Node here = new Node(this.redis.url(), this.prefix, "here", Duration.ofSeconds(1));
				HolderProcess holder = new HolderProcess(this.redis.url(), this.prefix, LEASE, database.url())) {
			assertThat(holder.next()).startsWith("granted ");
			assertThat(here.locks().tryAcquire(REQUEST.waitAtMost(LEASE.plusSeconds(2))))
				.as("a live holder keeps the lock beyond its lease")
				.isEmpty();
			holder.signal("-KILL");
			long killedAt = System.nanoTime();
			LockLease lease = here.locks().acquire(REQUEST);
			assertThat(Duration.ofNanos(System.nanoTime() - killedAt)).isLessThan(LEASE.plusSeconds(1));
			lease.close();
		}
		Node.assertNothingLeft(this.redis, this.prefix);
	}

	@Test
	void killedHolderKeepsItsLockForItsLeastTime() throws Exception {
		Duration least = LEASE.multipliedBy(3);
		try (Database database = new Database();
				Node here = new Node(this.redis.url(), this.prefix, "here", Duration.ofSeconds(1));
				HolderProcess holder = new HolderProcess(this.redis.url(), this.prefix, LEASE, database.url(), least)) {
			long askedAt = System.nanoTime();
			assertThat(holder.next()).startsWith("granted ");
			long grantedAt = System.nanoTime();
			holder.signal("-KILL");
			LockLease lease = here.locks().acquire(REQUEST);
			assertThat(Duration.ofNanos(System.nanoTime() - askedAt)).isGreaterThan(least);
			assertThat(Duration.ofNanos(System.nanoTime() - grantedAt)).isLessThan(least.plusSeconds(1));
			lease.close();
		}
		Node.assertNothingLeft(this.redis, this.prefix);
	}

	@Test
	void closedInstanceLeavesItsLockForItsLeastTime() throws Exception {
		Duration least = LEASE.multipliedBy(2);
		try (Node there = new Node(this.redis.url(), this.prefix, "there", Duration.ofSeconds(1))) {
			long askedAt = System.nanoTime();
			try (Node here = new Node(this.redis.url(), this.prefix, "here", Duration.ofSeconds(1))) {
				askedAt = System.nanoTime();
				here.locks().acquire(REQUEST.holdAtLeast(least)).close();
				assertThat(Duration.ofNanos(System.nanoTime() - askedAt)).as("the caller does not wait")
					.isLessThan(least);
			}
			there.locks().acquire(REQUEST).close();
			assertThat(Duration.ofNanos(System.nanoTime() - askedAt)).isBetween(least, least.plusSeconds(2));
		}
		Node.assertNothingLeft(this.redis, this.prefix);
	}

	@Test
	void earlyEndKeepsTheLockUntilItsLeastTimeIsOver() throws Exception {
		Duration least = Duration.ofSeconds(1);
		try (Node here = new Node(this.redis.url(), this.prefix, "here", Duration.ofSeconds(1));
				Node there = new Node(this.redis.url(), this.prefix, "there", Duration.ofSeconds(1))) {
			LockRequest request = REQUEST.leaseFor(Duration.ofSeconds(30));
			long askedAt = System.nanoTime();
			here.locks().acquire(request.holdAtLeast(least)).close();
			there.locks().acquire(request).close();
			assertThat(Duration.ofNanos(System.nanoTime() - askedAt)).isBetween(least, least.plusSeconds(2));
		}
		Node.assertNothingLeft(this.redis, this.prefix);
	}

	@Test
	void killedWaiterIsPassedOver() throws Exception {
		try (Database database = new Database();
				Node here = new Node(this.redis.url(), this.prefix, "here", Duration.ofSeconds(1));
				Node there = new Node(this.redis.url(), this.prefix, "there", Duration.ofSeconds(1));
				LockLease lease = here.locks().acquire(REQUEST);
				HolderProcess waiter = new HolderProcess(this.redis.url(), this.prefix, LEASE, database.url())) {
			awaitQueue(1);
			CompletableFuture<LockLease> behind = there.locks().acquireAsync(REQUEST).toCompletableFuture();
			awaitQueue(2);
			waiter.signal("-KILL");
			Awaitility.await("Redis has seen the end of its connections")
				.until(() -> ((List<?>) this.redis.send("PUBSUB", "CHANNELS", this.prefix + "*")).size() == 1);
			lease.close();
			assertThat(behind).as("the next in the queue").succeedsWithin(Duration.ofSeconds(1));
			behind.join().close();
		}
		Node.assertNothingLeft(this.redis, this.prefix);
	}

	private void awaitQueue(int waiting) {
		Awaitility.await("instances in the queue")
			.atMost(Duration.ofSeconds(30))
			.until(() -> Node.keys(this.redis, this.prefix)
				.stream()
				.anyMatch((key) -> key.contains(":queue:") && this.redis.send("ZCARD", key) instanceof Long size
						&& size == waiting));
	}

	@Test
	void stoppedHolderIsToldThatItLostAndItsFencedWriteIsRefused() throws Exception {
		try (Database database = new Database();
				Node here = new Node(this.redis.url(), this.prefix, "here", Duration.ofSeconds(1));
				HolderProcess holder = new HolderProcess(this.redis.url(), this.prefix, LEASE, database.url())) {
			String granted = holder.next();
			holder.signal("-STOP");
			long stoppedAt = System.nanoTime();
			try (LockLease lease = here.locks().acquire(REQUEST)) {
				assertThat(lease.token()).isGreaterThan(Long.parseLong(granted.substring("granted ".length())));
				assertThat(HolderProcess.fencedWrite(database.connection, lease.token())).isOne();
				while (System.nanoTime() - stoppedAt < LEASE.multipliedBy(2).toNanos()) {
					Thread.onSpinWait();
				}
				holder.signal("-CONT");
				assertThat(List.of(holder.next(), holder.next(), holder.next(), holder.next(), holder.next()))
					.containsExactlyInAnyOrder("valid false", "rows 0", "told EXPIRED", "close says lost", "end");
				assertThat(lease.isValid()).isTrue();
			}
		}
		Node.assertNothingLeft(this.redis, this.prefix);
	}

	/** The guarded resource, served from this process. */
	private static final class Database implements AutoCloseable {

		private final Server server;

		private final String name = "register-" + Node.freshPrefix();

		private final Connection connection;

		Database() throws Exception {
			this.server = Server.createTcpServer("-tcpPort", "0", "-ifNotExists").start();
			this.connection = DriverManager.getConnection(url(), "sa", "");
			try (Statement statement = this.connection.createStatement()) {
				statement.execute("create table register (writes bigint, fence bigint)");
				statement.execute("insert into register values (0, 0)");
			}
		}

		String url() {
			return "jdbc:h2:tcp://127.0.0.1:" + this.server.getPort() + "/mem:" + this.name;
		}

		@Override
		public void close() throws Exception {
			this.connection.close();
			this.server.stop();
		}

	}

}
