package dev.distributedlock.core;

import java.time.Duration;

import dev.distributedlock.LockLease;
import dev.distributedlock.LockRequest;
import dev.distributedlock.backend.memory.InMemoryLockBackend;
import dev.distributedlock.core.FaultyBackend.Operation;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Nested acquisitions and the renewals of the lease that they share.
 */
class ReentryRenewalTests {

	private static final LockRequest ORDER = LockRequest.of("orders", 42).leaseFor(Duration.ofSeconds(30));

	private final ManualTime time = new ManualTime();

	private final InMemoryLockBackend store = new InMemoryLockBackend(this.time);

	private final FaultyBackend line = new FaultyBackend(this.store);

	private final DefaultLockRegistry registry = DefaultLockRegistry.builder(this.line)
		.ticker(this.time)
		.scheduler(this.time)
		.build();

	@Test
	void reentryAgainAndAgainDoesNotPutOffTheRenewal() {
		try (LockLease outer = this.registry.acquire(ORDER)) {
			for (int i = 0; i < 20; i++) {
				this.time.advance(Duration.ofSeconds(6));
				this.registry.acquire(ORDER).close();
				assertThat(outer.isValid()).as("after re-entry " + i).isTrue();
			}
			assertThat(this.line.count(Operation.RENEW)).isEqualTo(12);
		}
	}

	@Test
	void longerNestedLeaseIsAskedForBeforeTheOuterOneEnds() {
		try (LockLease outer = this.registry.acquire(ORDER.leaseFor(Duration.ofSeconds(3)))) {
			try (LockLease inner = this.registry.acquire(ORDER.leaseFor(Duration.ofSeconds(60)))) {
				this.time.advance(Duration.ofSeconds(1));
				assertThat(inner.remaining()).isGreaterThan(Duration.ofSeconds(50));
				this.time.advance(Duration.ofMinutes(5));
				assertThat(outer.isValid()).isTrue();
			}
		}
	}

	@Test
	void renewedNestedLeaseKeepsAnOuterOneAliveThatWasNotRenewed() {
		try (LockLease outer = this.registry.acquire(ORDER.renewed(false))) {
			this.time.advance(Duration.ofSeconds(25));
			try (LockLease inner = this.registry.acquire(ORDER.renewed(true))) {
				this.time.advance(Duration.ofMinutes(5));
				assertThat(inner.isValid()).isTrue();
			}
			assertThat(outer.isValid()).isTrue();
		}
	}

}
