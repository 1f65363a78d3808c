package dev.distributedlock.core;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import dev.distributedlock.LockContext;
import dev.distributedlock.LockLease;
import dev.distributedlock.LockLostException;
import dev.distributedlock.LockRequest;
import dev.distributedlock.backend.memory.InMemoryLockBackend;
import dev.distributedlock.core.FaultyBackend.Operation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests of a least hold: the lock stays taken for a while, whatever its holder does.
 */
class LeastHoldTests {

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	private static final LockRequest ORDER = LockRequest.of("orders", 1)
		.waitAtMost(Duration.ofMinutes(10))
		.leaseFor(Duration.ofSeconds(30));

	private static final LockRequest MINUTE = ORDER.holdAtLeast(Duration.ofMinutes(1));

	private static final LockRequest NOW = ORDER.waitAtMost(Duration.ZERO);

	private final ManualTime time = new ManualTime();

	private final InMemoryLockBackend memory = new InMemoryLockBackend(this.time);

	private final FaultyBackend store = new FaultyBackend(this.memory);

	private final DefaultLockRegistry here = registry();

	private final DefaultLockRegistry there = registry();

	@AfterEach
	void nothingIsLeft() {
		this.store.heal();
		this.time.advance(Duration.ofMinutes(3));
		for (DefaultLockRegistry node : new DefaultLockRegistry[] { this.here, this.there }) {
			assertThat(node.engine().holds()).isEmpty();
			assertThat(node.engine().lines().size()).isZero();
			assertThat(node.engine().renewer().size()).isZero();
			assertThat(node.engine().orphans().size()).isZero();
			node.close();
		}
		assertThat(this.memory.size()).isZero();
	}

	@Test
	void lockStaysTakenForOthersAndForItsOwnInstanceUntilTheTimeIsOver() {
		granted(acquire(this.here, MINUTE)).close();
		assertThat(this.here.held()).as("held by nobody").isEmpty();
		this.time.advance(Duration.ofSeconds(59));
		assertThat(this.here.tryAcquire(NOW)).isEmpty();
		assertThat(this.there.tryAcquire(NOW)).isEmpty();
		this.time.advance(Duration.ofSeconds(1));
		assertThat(this.memory.size()).isZero();
		granted(acquire(this.there, ORDER)).close();
	}

	@Test
	void holderDoesNotWaitAndAsksTheStoreOnlyWhenTheTimeIsOver() {
		LockLease lease = granted(acquire(this.here, MINUTE));
		this.time.advance(Duration.ofSeconds(5));
		lease.close();
		assertThat(this.store.log()).containsExactly("ACQUIRE");
		this.time.advance(Duration.ofSeconds(54));
		assertThat(this.store.log()).as("neither renewed nor released").containsExactly("ACQUIRE");
		this.time.advance(Duration.ofSeconds(1));
		assertThat(this.store.count(Operation.RELEASE)).isOne();
	}

	@Test
	void lockThatWasHeldForLongerIsFreeAtOnce() {
		LockLease lease = granted(acquire(this.here, MINUTE));
		this.time.advance(Duration.ofSeconds(70));
		lease.close();
		assertThat(this.memory.size()).isZero();
	}

	@Test
	void waiterOfTheSameInstanceGetsItWhenTheTimeIsOver() {
		LockLease lease = granted(acquire(this.here, MINUTE));
		CompletableFuture<LockLease> waiter = acquire(this.here, ORDER);
		lease.close();
		this.time.advance(Duration.ofSeconds(59));
		assertThat(waiter).as("not handed on before").isNotDone();
		this.time.advance(Duration.ofSeconds(1));
		LockLease next = granted(waiter);
		assertThat(next.token()).isGreaterThan(lease.token());
		next.close();
	}

	@Test
	void waiterOfAnotherInstanceGetsItWhenTheTimeIsOver() {
		granted(acquire(this.here, MINUTE)).close();
		CompletableFuture<LockLease> waiter = acquire(this.there, ORDER);
		this.time.advance(Duration.ofSeconds(59));
		assertThat(waiter).isNotDone();
		this.time.advance(Duration.ofSeconds(2));
		granted(waiter).close();
	}

	@Test
	void grantThatWouldNotLastIsNotHandedOnToOneWithALeastTime() {
		LockLease lease = granted(acquire(this.here, ORDER));
		CompletableFuture<LockLease> waiter = acquire(this.here, MINUTE);
		lease.close();
		granted(waiter).close();
		assertThat(this.store.log()).as("a grant of its own").hasSize(2);
		this.time.advance(Duration.ofSeconds(59));
		assertThat(this.there.tryAcquire(NOW)).isEmpty();
	}

	@Test
	void deadHolderKeepsItThatLongToo() {
		LockLease dead = granted(acquire(this.here, MINUTE));
		// A process that is gone renews nothing: its commands get lost.
		this.store.always(Operation.RENEW, FaultyBackend.Fault.REQUEST_LOST);
		this.time.advance(Duration.ofSeconds(59));
		assertThat(this.there.tryAcquire(NOW)).isEmpty();
		this.time.advance(Duration.ofSeconds(2));
		granted(acquire(this.there, ORDER)).close();
		assertThatExceptionOfType(LockLostException.class).isThrownBy(dead::close);
	}

	@Test
	void shutdownLeavesItToTheStore() {
		granted(acquire(this.here, MINUTE)).close();
		CompletableFuture<LockLease> waiter = acquire(this.here, ORDER);
		this.here.close();
		assertThat(waiter).failsWithin(PATIENCE);
		assertThat(this.store.count(Operation.RELEASE)).isZero();
		this.time.advance(Duration.ofSeconds(59));
		assertThat(this.there.tryAcquire(NOW)).isEmpty();
		this.time.advance(Duration.ofSeconds(2));
		granted(acquire(this.there, ORDER)).close();
	}

	@Test
	void nestedAcquisitionMakesItStayLonger() {
		LockLease outer = granted(acquire(this.here, ORDER));
		try (LockContext.Scope scope = LockContext.attach(outer)) {
			granted(acquire(this.here, MINUTE)).close();
		}
		assertThat(outer.isValid()).isTrue();
		outer.close();
		this.time.advance(Duration.ofSeconds(59));
		assertThat(this.there.tryAcquire(NOW)).isEmpty();
		assertThat(this.store.log()).containsOnlyOnce("RENEW");
	}

	@Test
	void grantThatNobodyUsedIsGivenBackAtOnce() {
		granted(acquire(this.here, MINUTE)).giveBack();
		assertThat(this.memory.size()).isZero();
	}

	@Test
	void lossIsToldAsEver() {
		LockLease lease = granted(acquire(this.here, MINUTE));
		this.store.always(Operation.RENEW, FaultyBackend.Fault.REQUEST_LOST);
		this.time.advance(Duration.ofMinutes(2));
		assertThatExceptionOfType(LockLostException.class).isThrownBy(lease::close);
	}

	@Test
	void contradictingTimesAreRefused() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.here.acquire(MINUTE.holdAtMost(Duration.ofSeconds(59))))
			.withMessage("'holdAtLeast' must not be longer than 'maxHold' but was PT1M, and 'maxHold' PT59S");
		assertThatIllegalArgumentException().isThrownBy(() -> this.here.acquire(MINUTE.renewed(false)))
			.withMessageContaining("a 'leaseTime' that is not renewed");
		assertThatIllegalArgumentException().isThrownBy(() -> ORDER.holdAtLeast(Duration.ofHours(25)))
			.withMessageContaining("between PT0S and PT24H but was PT25H");
		granted(acquire(this.here, MINUTE.holdAtMost(Duration.ofMinutes(1)))).giveBack();
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

	private static LockLease granted(CompletableFuture<LockLease> acquisition) {
		assertThat(acquisition).succeedsWithin(PATIENCE);
		return acquisition.join();
	}

}
