package dev.distributedlock.core;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;

import dev.distributedlock.LockContext;
import dev.distributedlock.LockLease;
import dev.distributedlock.LockLostEvent.Reason;
import dev.distributedlock.LockLostException;
import dev.distributedlock.LockRequest;
import dev.distributedlock.LockTimeoutException;
import dev.distributedlock.backend.memory.InMemoryLockBackend;
import dev.distributedlock.core.FaultyBackend.Fault;
import dev.distributedlock.core.FaultyBackend.Operation;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests of handing a lock on within a JVM. The comments name the correctness conditions
 * of lock cohorting that they are about.
 */
class HandOverTests {

	private static final Duration LEASE = Duration.ofSeconds(30);

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	private static final LockRequest ORDER = LockRequest.of("orders", 1)
		.waitAtMost(Duration.ofSeconds(60))
		.leaseFor(LEASE);

	private final ManualTime time = new ManualTime();

	private final InMemoryLockBackend store = new InMemoryLockBackend(this.time);

	private final FaultyBackend line = new FaultyBackend(this.store);

	private DefaultLockRegistry registry = registry(32, Duration.ofMillis(10));

	private final DefaultLockRegistry other = registry(32, Duration.ofMillis(10));

	@AfterEach
	void nothingIsLeft() {
		this.time.advance(Duration.ofMinutes(2));
		for (DefaultLockRegistry node : List.of(this.registry, this.other)) {
			assertThat(node.engine().holds()).isEmpty();
			assertThat(node.engine().lines().size()).isZero();
			assertThat(node.engine().renewer().size()).isZero();
			assertThat(node.engine().orphans().size()).isZero();
			node.close();
		}
		assertThat(this.store.size()).isZero();
	}

	@Test
	void waitersGetTheLockInTheirOrderWithoutTheStore() {
		LockLease first = acquire(ORDER);
		List<CompletableFuture<LockLease>> waiters = waiters(5);
		first.close();
		long commands = this.line.log().size();
		long token = 0;
		for (CompletableFuture<LockLease> waiter : waiters) {
			LockLease lease = lease(waiter);
			assertThat(lease.isValid()).isTrue();
			assertThat(lease.token()).as("a token of its own (C3)").isGreaterThan(token);
			token = lease.token();
			if (waiters.indexOf(waiter) < 4) {
				assertThat(waiters.subList(waiters.indexOf(waiter) + 1, 5)).noneMatch(CompletableFuture::isDone);
				lease.close();
			}
		}
		assertThat(this.line.log().size()).as("commands for four hand-overs").isEqualTo(commands);
		lease(waiters.get(4)).close();
		assertThat(this.store.size()).isZero();
	}

	@Test
	void tokensOfTheNextGrantAreLargerThanAllThatWereHandedOut() {
		LockLease first = acquire(ORDER);
		List<CompletableFuture<LockLease>> waiters = waiters(3);
		first.close();
		waiters.forEach((waiter) -> lease(waiter).close());
		LockLease elsewhere = this.other.acquire(ORDER);
		assertThat(elsewhere.token()).as("C4").isGreaterThan(lease(waiters.get(2)).token());
		elsewhere.close();
	}

	@Test
	void otherInstancesGetTheirTurnAfterSoManyPasses() {
		this.registry.close();
		this.registry = registry(3, Duration.ofMillis(10));
		LockLease first = acquire(ORDER);
		List<CompletableFuture<LockLease>> waiters = waiters(8);
		CompletableFuture<LockLease> elsewhere = this.other.acquireAsync(ORDER).toCompletableFuture();
		first.close();
		for (CompletableFuture<LockLease> waiter : waiters.subList(0, 3)) {
			assertThat(this.other.held()).isEmpty();
			lease(waiter).close();
		}
		lease(elsewhere).close();
		waiters.subList(3, 8).forEach((waiter) -> lease(waiter).close());
	}

	@Test
	void timeEndsThePasses() {
		LockLease first = acquire(ORDER);
		List<CompletableFuture<LockLease>> waiters = waiters(2);
		this.time.advance(Duration.ofMillis(10));
		first.close();
		assertThat(this.line.count(Operation.EXCHANGE)).as("C7").isOne();
		waiters.forEach((waiter) -> lease(waiter).close());
	}

	@Test
	void withoutPassesEachGrantComesFromTheStore() {
		this.registry.close();
		this.registry = registry(0, Duration.ofMillis(10));
		LockLease first = acquire(ORDER);
		List<CompletableFuture<LockLease>> waiters = waiters(3);
		first.close();
		waiters.forEach((waiter) -> lease(waiter).close());
		assertThat(this.line.count(Operation.EXCHANGE)).isEqualTo(3);
	}

	@Test
	void leaseThatIsMostlyUsedUpIsNotHandedOn() {
		this.registry.close();
		this.registry = registry(32, Duration.ofHours(1));
		LockLease first = acquire(ORDER.renewed(false));
		CompletableFuture<LockLease> waiter = this.registry.acquireAsync(ORDER.renewed(false)).toCompletableFuture();
		this.time.advance(Duration.ofSeconds(4));
		first.close();
		assertThat(lease(waiter).remaining()).as("C1").isGreaterThan(Duration.ofSeconds(29));
		lease(waiter).close();
	}

	@Test
	void holdWhoseRenewalFailsIsNotHandedOn() {
		this.registry.close();
		this.registry = registry(32, Duration.ofHours(1));
		LockLease first = acquire(ORDER);
		CompletableFuture<LockLease> waiter = waiters(1).get(0);
		this.line.always(Operation.RENEW, Fault.REQUEST_LOST);
		this.time.advance(Duration.ofSeconds(11));
		this.line.heal();
		first.close();
		assertThat(this.line.count(Operation.EXCHANGE)).isOne();
		lease(waiter).close();
	}

	@Test
	void expiredHoldIsNotHandedOn() {
		LockLease first = acquire(ORDER.renewed(false));
		CompletableFuture<LockLease> waiter = waiters(1).get(0);
		this.time.stall(LEASE);
		assertThatExceptionOfType(LockLostException.class).isThrownBy(first::close);
		this.time.advance(Duration.ofSeconds(3));
		assertThat(lease(waiter).token()).as("a grant of its own (C5)").isGreaterThan(first.token() + 32);
		lease(waiter).close();
	}

	// C8
	@Test
	void waiterThatGaveUpIsPassedOver() {
		LockLease first = acquire(ORDER);
		List<CompletableFuture<LockLease>> waiters = waiters(3);
		waiters.get(0).cancel(false);
		CompletableFuture<LockLease> impatient = this.registry.acquireAsync(ORDER.waitAtMost(Duration.ofMillis(1)))
			.toCompletableFuture();
		this.time.advance(Duration.ofMillis(2));
		assertThat(impatient).failsWithin(PATIENCE).withThrowableThat().withCauseInstanceOf(LockTimeoutException.class);
		first.close();
		lease(waiters.get(1)).close();
		lease(waiters.get(2)).close();
	}

	@Test
	void lossTellsTheNewHolderOnly() {
		LockLease first = acquire(ORDER);
		CompletableFuture<LockLease> waiter = waiters(1).get(0);
		List<Reason> toldFirst = new CopyOnWriteArrayList<>();
		List<Reason> toldSecond = new CopyOnWriteArrayList<>();
		first.onLost((loss) -> toldFirst.add(loss.reason()));
		first.close();
		LockLease second = lease(waiter);
		second.onLost((loss) -> toldSecond.add(loss.reason()));
		this.store.clear();
		this.time.advance(Duration.ofSeconds(11));
		Awaitility.await("listeners run on a thread of their own")
			.atMost(PATIENCE)
			.untilAsserted(() -> assertThat(toldSecond).containsExactly(Reason.NOT_HELD));
		assertThat(toldFirst).isEmpty();
		assertThatExceptionOfType(LockLostException.class).isThrownBy(second::close);
	}

	@Test
	void handedOnLeaseIsRenewedForItsNewHolder() {
		LockLease first = acquire(ORDER.renewed(false));
		CompletableFuture<LockLease> waiter = waiters(1).get(0);
		first.close();
		this.time.advance(Duration.ofSeconds(90));
		assertThat(lease(waiter).isValid()).isTrue();
		lease(waiter).close();
	}

	@Test
	void closingTheOldLeaseAgainDoesNothingToTheNewHolder() {
		LockLease first = acquire(ORDER);
		CompletableFuture<LockLease> waiter = waiters(1).get(0);
		first.close();
		first.close();
		assertThat(first.isValid()).isFalse();
		assertThat(lease(waiter).isValid()).as("C12").isTrue();
		lease(waiter).close();
	}

	@Test
	void nestedLeaseIsHandedOnByTheLastCloseOnly() {
		LockLease outer = acquire(ORDER);
		CompletableFuture<LockLease> waiter = queue(ORDER);
		LockLease inner;
		try (LockContext.Scope scope = LockContext.attach(outer)) {
			inner = this.registry.acquire(ORDER);
		}
		outer.close();
		assertThat(waiter).isNotDone();
		inner.close();
		lease(waiter).close();
	}

	@Test
	void registryThatIsClosingHandsNothingOn() {
		LockLease first = acquire(ORDER);
		List<CompletableFuture<LockLease>> waiters = waiters(2);
		this.registry.engine().stopGranting();
		first.close();
		assertThat(this.store.size()).isZero();
		assertThat(waiters).noneMatch(CompletableFuture::isDone);
		this.registry.close();
		assertThat(waiters).allSatisfy((waiter) -> assertThat(waiter).failsWithin(PATIENCE));
	}

	@Test
	void attemptThatArrivesAfterTheReleaseIsUndone() {
		this.line.next(Operation.ACQUIRE, Fault.REQUEST_LATE);
		CompletableFuture<LockLease> lease = queue(ORDER);
		this.time.advance(Duration.ofSeconds(1));
		lease(lease).close();
		this.line.deliver();
		assertThat(this.store.size()).as("locked for nobody").isOne();
		this.time.advance(Duration.ofSeconds(5));
		assertThat(this.store.size()).isZero();
	}

	@Test
	void impossibleBoundsAreRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> registry(-1, Duration.ofMillis(1)))
			.withMessageContaining("'maxPasses' must be between 0 and 1000 but was -1");
		assertThatIllegalArgumentException().isThrownBy(() -> registry(1, Duration.ZERO))
			.withMessageContaining("'maxTime' must be positive");
	}

	private DefaultLockRegistry registry(int maxPasses, Duration maxTime) {
		return DefaultLockRegistry.builder(this.line)
			.ticker(this.time)
			.scheduler(this.time)
			.handOver(maxPasses, maxTime)
			.build();
	}

	private LockLease acquire(LockRequest request) {
		return lease(this.registry.acquireAsync(request).toCompletableFuture());
	}

	/** What an asynchronous caller gets, on a thread of its own. */
	private static LockLease lease(CompletableFuture<LockLease> future) {
		assertThat(future).succeedsWithin(PATIENCE);
		return future.join();
	}

	private List<CompletableFuture<LockLease>> waiters(int count) {
		return IntStream.range(0, count).mapToObj((i) -> queue(ORDER)).toList();
	}

	private CompletableFuture<LockLease> queue(LockRequest request) {
		return this.registry.acquireAsync(request).toCompletableFuture();
	}

}
