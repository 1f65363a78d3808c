package dev.distributedlock.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import dev.distributedlock.LockLease;
import dev.distributedlock.LockRequest;
import dev.distributedlock.testsupport.RedisServer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Connections that stay open and never answer again, while new ones work.
 */
class SilentConnectionIntegrationTests {

	private static final Duration LEASE = Duration.ofSeconds(6);

	@Test
	void silentConnectionsAreReplacedBeforeALeaseEnds() {
		String prefix = Node.freshPrefix();
		RedisServer redis = RedisServer.shared();
		try (FaultProxy proxy = new FaultProxy(redis.host(), redis.port());
				Node node = new Node(proxy.url(), prefix, "here", Duration.ofSeconds(1))) {
			List<LockLease> leases = new ArrayList<>();
			for (int i = 0; i < 20; i++) {
				leases.add(node.locks().acquire(LockRequest.of("held", i).leaseFor(LEASE)));
			}
			proxy.silenceExisting();
			// longer than a lease, so that only a renewal keeps them
			Awaitility.await("more than a lease passes")
				.atMost(Duration.ofSeconds(30))
				.pollDelay(LEASE.plusSeconds(2))
				.until(() -> true);
			assertThat(leases).allMatch(LockLease::isValid);
			// twice: a command may be needed to find out that its connection is silent
			Awaitility.await("locks are granted again").atMost(Duration.ofSeconds(5)).ignoreExceptions().until(() -> {
				node.locks().acquire(LockRequest.of("new", 1).waitAtMost(Duration.ofSeconds(3))).close();
				return true;
			});
			leases.forEach(LockLease::close);
		}
		Node.assertNothingLeft(redis, prefix);
	}

}
