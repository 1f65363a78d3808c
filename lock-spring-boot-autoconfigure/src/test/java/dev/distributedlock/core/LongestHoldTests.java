package dev.distributedlock.core;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import dev.distributedlock.LockLease;
import dev.distributedlock.LockLostException;
import dev.distributedlock.LockRequest;
import dev.distributedlock.backend.memory.InMemoryLockBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests of a longest hold: a body that never returns does not hold its lock for ever.
 */
class LongestHoldTests {

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	private static final LockRequest ORDER = LockRequest.of("orders", 1)
		.waitAtMost(Duration.ofMinutes(10))
		.leaseFor(Duration.ofSeconds(30));

	private final ManualTime time = new ManualTime();

	private final FaultyBackend store = new FaultyBackend(new InMemoryLockBackend(this.time));

	private final DefaultLockRegistry here = registry();

	private final DefaultLockRegistry there = registry();

	@AfterEach
	void close() {
		// What was lost is given back until the store confirms it.
		this.time.advance(Duration.ofMinutes(2));
		this.here.close();
		this.there.close();
	}

	@Test
	void renewalEndsSoThatOthersGetTheLock() {
		LockLease stuck = granted(acquire(this.here, ORDER.holdAtMost(Duration.ofSeconds(60))));
		CompletableFuture<LockLease> other = acquire(this.there, ORDER);
		this.time.advance(Duration.ofSeconds(58));
		assertThat(stuck.isValid()).isTrue();
		assertThat(other).isNotDone();
		this.time.advance(Duration.ofSeconds(3));
		assertThat(stuck.isValid()).isFalse();
		LockLease next = granted(other);
		assertThat(next.token()).isGreaterThan(stuck.token());
		assertThatExceptionOfType(LockLostException.class).isThrownBy(stuck::close)
			.withMessageContaining("held for as long as its max-hold of 1m allows");
		next.close();
	}

	@Test
	void noRenewalIsSentThatWouldNotHelp() {
		LockLease stuck = granted(acquire(this.here, ORDER.holdAtMost(Duration.ofSeconds(60))));
		this.time.advance(Duration.ofSeconds(70));
		assertThat(this.store.count(FaultyBackend.Operation.RENEW)).isBetween(3L, 5L);
		assertThatExceptionOfType(LockLostException.class).isThrownBy(stuck::close);
	}

	@Test
	void zeroIsNoLimit() {
		LockLease lease = granted(acquire(this.here, ORDER.holdAtMost(Duration.ZERO)));
		this.time.advance(Duration.ofHours(30));
		assertThat(lease.isValid()).isTrue();
		lease.close();
	}

	@Test
	void firstLeaseAndExtensionsAreNotShortened() {
		LockLease lease = granted(acquire(this.here, ORDER.holdAtMost(Duration.ofSeconds(1))));
		this.time.advance(Duration.ofSeconds(29));
		assertThat(lease.isValid()).isTrue();
		lease.extend(Duration.ofSeconds(20));
		this.time.advance(Duration.ofSeconds(19));
		assertThat(lease.isValid()).isTrue();
		lease.close();
	}

	@Test
	void whoTakesOverHasATimeOfItsOwn() {
		LockRequest limited = ORDER.holdAtMost(Duration.ofSeconds(60));
		LockLease first = granted(acquire(this.here, limited));
		CompletableFuture<LockLease> waiter = acquire(this.here, limited);
		this.time.advance(Duration.ofMillis(9));
		first.close();
		LockLease second = granted(waiter);
		this.time.advance(Duration.ofSeconds(59));
		assertThat(second.isValid()).isTrue();
		second.close();
	}

	@Test
	void impossibleTimesAreRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> ORDER.holdAtMost(Duration.ofSeconds(-1)))
			.withMessageContaining("'maxHold' must be between PT0S and PT8760H but was PT-1S");
		assertThatIllegalArgumentException().isThrownBy(() -> ORDER.holdAtMost(Duration.ofDays(366)));
	}

	private DefaultLockRegistry registry() {
		return DefaultLockRegistry.builder(this.store)
			.ticker(this.time)
			.scheduler(this.time)
			.shutdownTimeout(Duration.ZERO)
			.build();
	}

	private static CompletableFuture<LockLease> acquire(DefaultLockRegistry registry, LockRequest request) {
		return registry.acquireAsync(request).toCompletableFuture();
	}

	/** What an asynchronous caller gets, on a thread of its own. */
	private static LockLease granted(CompletableFuture<LockLease> future) {
		assertThat(future).succeedsWithin(PATIENCE);
		return future.join();
	}

}
