package dev.distributedlock.core;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import dev.distributedlock.LockLease;
import dev.distributedlock.LockLostException;
import dev.distributedlock.LockRequest;
import dev.distributedlock.LockTimeoutException;
import dev.distributedlock.backend.AcquireCommand;
import dev.distributedlock.backend.AcquireResult.Acquired;
import dev.distributedlock.backend.WaitQueue.Grant;
import dev.distributedlock.backend.memory.InMemoryLockBackend;
import dev.distributedlock.core.FaultyBackend.Fault;
import dev.distributedlock.core.FaultyBackend.Operation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of acquisitions that a store grants from its queue.
 */
class QueuedAcquisitionTests {

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	private static final LockRequest ORDER = LockRequest.of("orders", 1)
		.waitAtMost(Duration.ofSeconds(60))
		.leaseFor(Duration.ofSeconds(30))
		.renewed(false);

	private final ManualTime time = new ManualTime();

	private final InMemoryLockBackend store = new InMemoryLockBackend(this.time);

	private final FaultyBackend line = new FaultyBackend(this.store);

	private final DefaultLockRegistry here = registry(32);

	private final DefaultLockRegistry there = registry(32);

	private final DefaultLockRegistry strict = registry(0);

	@AfterEach
	void nothingIsLeft() {
		this.line.heal();
		this.line.deliver();
		this.time.advance(Duration.ofMinutes(2));
		for (DefaultLockRegistry node : List.of(this.here, this.there, this.strict)) {
			assertThat(node.engine().holds()).isEmpty();
			assertThat(node.engine().lines().size()).isZero();
			assertThat(node.engine().renewer().size()).isZero();
			assertThat(node.engine().orphans().size()).isZero();
			node.close();
		}
		assertThat(this.store.size()).isZero();
	}

	@Test
	void grantOfTheQueueNeedsNoAttempt() {
		LockLease first = granted(acquire(this.here));
		CompletableFuture<LockLease> waiter = acquire(this.there);
		long commands = this.line.log().size();
		first.close();
		LockLease second = granted(waiter);
		assertThat(second.isValid()).isTrue();
		assertThat(second.token()).isGreaterThan(first.token());
		assertThat(this.line.log()).as("the release").hasSize((int) commands + 1);
		second.close();
	}

	@Test
	void grantIsClaimedForTheFullLeaseIfItIsNotReleasedAtOnce() {
		LockLease first = granted(acquire(this.here));
		CompletableFuture<LockLease> waiter = acquire(this.there);
		first.close();
		LockLease second = granted(waiter);
		assertThat(second.remaining()).isLessThan(Duration.ofSeconds(4));
		this.time.advance(Duration.ofMillis(26));
		assertThat(second.remaining()).isGreaterThan(Duration.ofSeconds(29));
		this.time.advance(Duration.ofSeconds(25));
		assertThat(second.isValid()).isTrue();
		second.close();
		assertThat(this.line.count(Operation.RENEW)).isOne();
	}

	@Test
	void claimIsRepeatedUntilItIsAnswered() {
		LockLease first = granted(acquire(this.here));
		CompletableFuture<LockLease> waiter = acquire(this.there);
		first.close();
		this.line.next(Operation.RENEW, Fault.REQUEST_LOST, Fault.REPLY_LOST);
		this.time.advance(Duration.ofMillis(400));
		assertThat(granted(waiter).remaining()).isGreaterThan(Duration.ofSeconds(29));
		granted(waiter).close();
	}

	@Test
	void grantThatCannotBeClaimedIsLost() {
		LockLease first = granted(acquire(this.here));
		CompletableFuture<LockLease> waiter = acquire(this.there);
		first.close();
		this.store.clear();
		this.time.advance(Duration.ofMillis(26));
		assertThat(granted(waiter).isValid()).isFalse();
		assertThatExceptionOfType(LockLostException.class).isThrownBy(() -> granted(waiter).close());
	}

	@Test
	void claimCountsForWhomTheGrantWasHandedTo() {
		LockLease first = granted(acquire(this.here));
		CompletableFuture<LockLease> ahead = acquire(this.there);
		CompletableFuture<LockLease> behind = acquire(this.there);
		// A grant with tokens for others, as somebody waited when it was asked for.
		first.close();
		granted(ahead).close();
		CompletableFuture<LockLease> last = acquire(this.there);
		this.time.advance(Duration.ofMillis(200));
		assertThat(granted(behind).remaining()).isGreaterThan(Duration.ofSeconds(29));
		granted(behind).close();
		granted(last).close();
	}

	@Test
	void lostMessageOfAGrantCostsAPollAtMost() {
		LockLease first = granted(acquire(this.here));
		CompletableFuture<LockLease> waiter = acquire(this.there);
		this.line.dropSignals();
		first.close();
		assertThat(waiter).isNotDone();
		this.time.advance(Duration.ofSeconds(1));
		assertThat(granted(waiter).remaining()).as("an attempt claims").isGreaterThan(Duration.ofSeconds(28));
		granted(waiter).close();
	}

	@Test
	void messageThatIsOlderThanTheLastDenialIsNotBelieved() {
		LockLease first = granted(acquire(this.here));
		CompletableFuture<LockLease> waiter = acquire(this.there);
		this.line.holdSignalsBack();
		this.line.always(Operation.ACQUIRE, Fault.REQUEST_LOST);
		first.close();
		this.time.advance(Duration.ofSeconds(4));
		// The grant has ended unnoticed, and somebody else holds the lock.
		AcquireCommand stranger = new AcquireCommand(ORDER.key(), "stranger", "elsewhere", Duration.ofSeconds(20),
				false);
		assertThat(this.store.acquire(stranger).toCompletableFuture().join()).isInstanceOf(Acquired.class);
		this.line.heal();
		this.time.advance(Duration.ofSeconds(2));
		this.line.deliver();
		assertThat(waiter).isNotDone();
		this.store.release(ORDER.key(), "stranger");
		this.line.deliver();
		this.time.advance(Duration.ofSeconds(1));
		granted(waiter).close();
	}

	@Test
	void messageThatComesTooLateToBeOfUseIsConfirmedFirst() {
		LockLease first = granted(acquire(this.here));
		CompletableFuture<LockLease> waiter = acquire(this.there);
		this.line.holdSignalsBack();
		this.line.always(Operation.ACQUIRE, Fault.REQUEST_LOST);
		first.close();
		this.time.stall(Duration.ofMillis(2500));
		this.line.heal();
		this.line.deliver();
		assertThat(granted(waiter).remaining()).isGreaterThan(Duration.ofSeconds(29));
		granted(waiter).close();
	}

	@Test
	void answersAndMessagesAfterTheGrantChangeNothing() {
		LockLease first = granted(acquire(this.here));
		CompletableFuture<LockLease> waiter = acquire(this.there);
		this.line.next(Operation.ACQUIRE, Fault.REPLY_HELD_BACK);
		this.time.advance(Duration.ofSeconds(1));
		first.close();
		LockLease second = granted(waiter);
		this.line.deliver();
		this.time.advance(Duration.ofSeconds(1));
		assertThat(second.isValid()).isTrue();
		assertThat(this.store.holder(ORDER.key()).toCompletableFuture().join()).isPresent();
		second.close();
	}

	@Test
	void attemptThatArrivesLongAfterTheReleaseIsUndone() {
		LockLease first = granted(acquire(this.here));
		CompletableFuture<LockLease> waiter = acquire(this.there);
		this.line.next(Operation.ACQUIRE, Fault.REQUEST_HELD_BACK);
		this.time.advance(Duration.ofSeconds(1));
		first.close();
		granted(waiter).close();
		this.time.advance(Duration.ofSeconds(10));
		assertThat(this.store.size()).isZero();
		this.line.deliver();
		assertThat(this.store.size()).isZero();
	}

	@Test
	void waiterThatTimesOutLeavesTheQueue() {
		LockLease first = granted(acquire(this.here));
		CompletableFuture<LockLease> impatient = this.there.acquireAsync(ORDER.waitAtMost(Duration.ofMillis(100)))
			.toCompletableFuture();
		assertThat(this.store.size()).as("a holder and a waiter").isEqualTo(2);
		this.time.advance(Duration.ofMillis(101));
		assertThat(impatient).failsWithin(PATIENCE).withThrowableThat().withCauseInstanceOf(LockTimeoutException.class);
		assertThat(this.store.size()).isOne();
		first.close();
		assertThat(this.store.size()).isZero();
	}

	@Test
	void grantForNobodyIsGivenBack() {
		LockLease first = granted(acquire(this.here));
		this.line.next(Operation.RELEASE, Fault.REQUEST_HELD_BACK);
		CompletableFuture<LockLease> cancelled = acquire(this.there);
		CompletableFuture<LockLease> waiter = acquire(this.strict);
		cancelled.cancel(false);
		first.close();
		assertThat(waiter).isNotDone();
		this.line.deliver();
		granted(waiter).close();
	}

	@Test
	void grantForAnotherRegistryOfTheStoreIsLeftAlone() {
		LockLease first = granted(acquire(this.here));
		this.here.engine()
			.queue()
			.granted(new Grant(ORDER.key(), "somebody-else", new Acquired(1, 1), Duration.ofSeconds(3)));
		assertThat(this.line.count(Operation.RELEASE)).isZero();
		first.close();
	}

	@Test
	void strictOrderCostsOneCommandForEachChangeOfHolder() {
		LockLease before = granted(acquire(this.here));
		CompletableFuture<LockLease> subscribes = acquire(this.strict);
		before.close();
		granted(subscribes).close();
		LockLease first = granted(acquire(this.strict));
		List<CompletableFuture<LockLease>> waiters = List.of(acquire(this.strict), acquire(this.here),
				acquire(this.strict));
		long commands = this.line.log().size();
		first.close();
		granted(waiters.get(1)).close();
		granted(waiters.get(0)).close();
		granted(waiters.get(2)).close();
		assertThat(this.line.log()).hasSize((int) commands + 4);
	}

	@Test
	void exchangeWhoseAnswerIsLostIsRepairedForBoth() {
		LockLease first = granted(acquire(this.strict));
		CompletableFuture<LockLease> waiter = acquire(this.strict);
		this.line.next(Operation.EXCHANGE, Fault.REPLY_LOST);
		first.close();
		this.time.advance(Duration.ofSeconds(1));
		LockLease second = granted(waiter);
		assertThat(second.isValid()).isTrue();
		this.time.advance(Duration.ofSeconds(5));
		assertThat(second.isValid()).isTrue();
		second.close();
	}

	@Test
	void exchangeThatDoesNotReachTheStoreIsRepairedForBoth() {
		LockLease first = granted(acquire(this.strict));
		CompletableFuture<LockLease> waiter = acquire(this.strict);
		this.line.next(Operation.EXCHANGE, Fault.REQUEST_LOST);
		first.close();
		this.time.advance(Duration.ofSeconds(1));
		granted(waiter).close();
	}

	private DefaultLockRegistry registry(int maxPasses) {
		return DefaultLockRegistry.builder(this.line)
			.ticker(this.time)
			.scheduler(this.time)
			.handOver(maxPasses, Duration.ofMillis(10))
			.build();
	}

	private CompletableFuture<LockLease> acquire(DefaultLockRegistry node) {
		return node.acquireAsync(ORDER).toCompletableFuture();
	}

	/** What an asynchronous caller gets, on a thread of its own. */
	private static LockLease granted(CompletableFuture<LockLease> future) {
		assertThat(future).succeedsWithin(PATIENCE);
		return future.join();
	}

}
