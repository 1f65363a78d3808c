package dev.distributedlock.faults;

import java.time.Duration;

import dev.distributedlock.LockLease;
import dev.distributedlock.LockLostException;
import dev.distributedlock.LockRequest;
import dev.distributedlock.testsupport.RedisServer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Networks that are slow, and connections that are reset.
 */
class NetworkFaultsIntegrationTests {

	private static final LockRequest ORDER = LockRequest.of("orders", 42).waitAtMost(Duration.ofSeconds(10));

	private final String prefix = Node.freshPrefix();

	private final RedisServer redis = RedisServer.shared();

	@Test
	void validityIsCountedFromTheSendingOfASlowCommand() {
		Duration lease = Duration.ofSeconds(2);
		try (FaultProxy proxy = new FaultProxy(this.redis.host(), this.redis.port());
				Node here = new Node(proxy.url(), this.prefix, "here", Duration.ofSeconds(1));
				Node there = new Node(this.redis.url(), this.prefix, "there", Duration.ofSeconds(1))) {
			here.locks().acquire(ORDER).close();
			proxy.delay(Duration.ofMillis(100));
			try (LockLease slow = here.locks().acquire(ORDER.leaseFor(lease))) {
				assertThat(slow.remaining()).as("a round trip of 200 ms is off").isLessThan(lease.minusMillis(200));
				Awaitility.await("renewals over three leases")
					.pollDelay(lease.multipliedBy(3))
					.atMost(Duration.ofSeconds(20))
					.until(() -> true);
				assertThat(slow.isValid()).isTrue();
				assertThat(slow.remaining()).isLessThan(lease.minusMillis(200));
			}
			// Nobody believes in a lease that the store has ended.
			LockLease late = here.locks().acquire(ORDER.leaseFor(lease).renewed(false));
			LockLease next = there.locks().acquire(ORDER);
			assertThat(late.isValid()).isFalse();
			assertThat(next.token()).isGreaterThan(late.token());
			next.close();
			proxy.delay(Duration.ZERO);
			assertThatExceptionOfType(LockLostException.class).isThrownBy(late::close);
		}
		Node.assertNothingLeft(this.redis, this.prefix);
	}

	@Test
	void renewalsWhoseConnectionsAreResetAreRepeatedOnNewOnes() {
		Duration lease = Duration.ofSeconds(3);
		try (FaultProxy proxy = new FaultProxy(this.redis.host(), this.redis.port());
				Node here = new Node(proxy.url(), this.prefix, "here", lease)) {
			LockLease held = here.locks().acquire(ORDER.leaseFor(lease));
			for (int i = 0; i < 3; i++) {
				proxy.holdRequests();
				Awaitility.await("a renewal is under way").until(() -> held.remaining().toMillis() < 1_700);
				proxy.cut();
				proxy.pass();
				Awaitility.await("a renewal gets through").until(() -> held.remaining().toMillis() > 2_500);
			}
			held.close();
			here.locks().acquire(ORDER).close();
		}
		Node.assertNothingLeft(this.redis, this.prefix);
	}

}
