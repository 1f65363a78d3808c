package dev.distributedlock.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.UnaryOperator;

import dev.distributedlock.LockLease;
import dev.distributedlock.LockListener;
import dev.distributedlock.LockLostEvent;
import dev.distributedlock.LockLostException;
import dev.distributedlock.LockRequest;
import dev.distributedlock.LockShutdownException;
import dev.distributedlock.LockTimeoutException;
import dev.distributedlock.backend.memory.InMemoryLockBackend;
import dev.distributedlock.core.FaultyBackend.Fault;
import dev.distributedlock.core.FaultyBackend.Operation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests of the ways to let go that have to be switched on: keeping a grant for a moment,
 * barging, release without waiting.
 */
class LettingGoTests {

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	private static final LockRequest ORDER = LockRequest.of("orders", 1)
		.waitAtMost(Duration.ofSeconds(60))
		.leaseFor(Duration.ofSeconds(30));

	private static final LockRequest NOW = ORDER.waitAtMost(Duration.ZERO);

	private final ManualTime time = new ManualTime();

	private final InMemoryLockBackend store = new InMemoryLockBackend(this.time);

	private final FaultyBackend line = new FaultyBackend(this.store);

	private final List<LockLostEvent> losses = new ArrayList<>();

	private final List<LockListener.Outcome> outcomes = new ArrayList<>();

	private final List<DefaultLockRegistry> nodes = new ArrayList<>();

	private final DefaultLockRegistry plain = node((builder) -> builder);

	private final DefaultLockRegistry keeping = node((builder) -> builder.keepFor(Duration.ofMillis(5)));

	private final DefaultLockRegistry barging = node((builder) -> builder.barging(true));

	private final DefaultLockRegistry asynchronous = node((builder) -> builder.asynchronousRelease(true));

	@AfterEach
	void nothingIsLeft() {
		this.line.heal();
		this.line.deliver();
		this.time.advance(Duration.ofMinutes(2));
		for (DefaultLockRegistry node : this.nodes) {
			assertThat(node.engine().holds()).isEmpty();
			assertThat(node.engine().lines().size()).isZero();
			assertThat(node.engine().renewer().size()).isZero();
			assertThat(node.engine().orphans().size()).isZero();
			node.close();
		}
		assertThat(this.store.size()).isZero();
	}

	@Test
	void keptLockIsTakenAgainWithoutTheStore() {
		long token = 0;
		for (int i = 0; i < 5; i++) {
			LockLease lease = granted(acquire(this.keeping));
			assertThat(lease.token()).isGreaterThan(token);
			token = lease.token();
			lease.close();
			assertThat(this.keeping.held()).as("held by nobody").isEmpty();
			assertThat(this.store.size()).isOne();
			this.time.advance(Duration.ofMillis(1));
		}
		assertThat(this.line.log()).containsExactly("ACQUIRE");
		this.time.advance(Duration.ofMillis(4));
		assertThat(this.store.size()).isZero();
		assertThat(this.line.log()).containsExactly("ACQUIRE", "RELEASE");
	}

	@Test
	void attemptThatDoesNotWaitTakesAKeptLockToo() {
		granted(acquire(this.keeping)).close();
		LockLease lease = this.keeping.tryAcquire(NOW).orElseThrow();
		assertThat(this.line.log()).containsExactly("ACQUIRE");
		lease.close();
	}

	@Test
	void keptLockIsReleasedOnceItHasBeenHeldLongEnough() {
		for (int i = 0; i < 3; i++) {
			granted(acquire(this.keeping)).close();
			this.time.advance(Duration.ofMillis(4));
		}
		assertThat(this.line.log()).as("max-time of 10 ms is over").containsExactly("ACQUIRE", "RELEASE");
		granted(acquire(this.keeping)).close();
		assertThat(this.line.count(Operation.ACQUIRE)).isEqualTo(2);
	}

	@Test
	void keptLockGoesToTheOtherInstanceThatWantsIt() {
		granted(acquire(this.keeping)).close();
		LockLease elsewhere = granted(acquire(this.plain));
		assertThat(elsewhere.isValid()).isTrue();
		elsewhere.close();
	}

	@Test
	void lockThatWasWantedWhileItWasHeldIsNotKept() {
		LockLease lease = granted(acquire(this.keeping));
		CompletableFuture<LockLease> elsewhere = acquire(this.plain);
		lease.close();
		granted(elsewhere).close();
	}

	@Test
	void lateAnswerDoesNotHideThatALockIsWanted() {
		LockLease first = granted(acquire(this.plain));
		CompletableFuture<LockLease> waiter = acquire(this.keeping);
		this.line.next(Operation.ACQUIRE, Fault.REQUEST_HELD_BACK);
		this.time.advance(Duration.ofSeconds(1));
		first.close();
		LockLease second = granted(waiter);
		this.line.deliver();
		CompletableFuture<LockLease> elsewhere = acquire(this.plain);
		second.close();
		granted(elsewhere).close();
	}

	@Test
	void lostRevocationCostsNoMoreThanTheTimeThatALockIsKept() {
		this.line.dropSignals();
		granted(acquire(this.keeping)).close();
		CompletableFuture<LockLease> elsewhere = acquire(this.plain);
		this.time.advance(Duration.ofMillis(5));
		assertThat(this.line.count(Operation.RELEASE)).isOne();
		this.time.advance(Duration.ofSeconds(1));
		granted(elsewhere).close();
	}

	@Test
	void shutdownGivesKeptLocksBack() {
		granted(acquire(this.keeping)).close();
		assertThat(this.store.size()).isOne();
		this.keeping.close();
		assertThat(this.store.size()).isZero();
		assertThat(acquire(this.keeping)).failsWithin(PATIENCE)
			.withThrowableOfType(ExecutionException.class)
			.withCauseInstanceOf(LockShutdownException.class);
	}

	@Test
	void keptLockWhoseLeaseEndsMeanwhileIsNotALoss() {
		LockRequest brief = ORDER.leaseFor(Duration.ofMillis(20)).renewed(false);
		granted(this.keeping.acquireAsync(brief).toCompletableFuture()).close();
		this.time.stall(Duration.ofMillis(100));
		assertThat(this.line.count(Operation.RELEASE)).isOne();
		assertThat(this.losses).isEmpty();
	}

	@Test
	void strictOrderKeepsNothing() {
		DefaultLockRegistry strict = node(
				(builder) -> builder.handOver(0, Duration.ofMillis(10)).keepFor(Duration.ofMillis(5)));
		granted(acquire(strict)).close();
		assertThat(this.store.size()).isZero();
	}

	@Test
	void keptLockThatTheStoreHasLostIsFoundOutByWhoTakesIt() {
		granted(acquire(this.keeping)).close();
		this.store.clear();
		LockLease lease = granted(acquire(this.keeping));
		this.time.advance(Duration.ofSeconds(11));
		assertThat(lease.isValid()).isFalse();
		assertThatExceptionOfType(LockLostException.class).isThrownBy(lease::close);
		assertThat(this.losses).hasSize(1);
	}

	@Test
	void keptLockWhoseClaimIsRefusedIsTakenByNobody() {
		DefaultLockRegistry node = patient();
		LockLease elsewhere = granted(acquire(this.plain));
		CompletableFuture<LockLease> waiter = acquire(node);
		elsewhere.close();
		this.store.clear();
		this.line.next(Operation.RENEW, Fault.REPLY_HELD_BACK);
		this.time.advance(Duration.ofMillis(26));
		granted(waiter).close();
		this.line.deliver();
		LockLease next = granted(acquire(node));
		assertThat(this.store.size()).as("held in the store").isOne();
		next.close();
	}

	@Test
	void keptLockWhoseRenewalIsRefusedIsTakenByNobody() {
		DefaultLockRegistry node = patient();
		LockLease lease = granted(acquire(node));
		this.store.clear();
		this.line.next(Operation.RENEW, Fault.REPLY_HELD_BACK);
		this.time.advance(Duration.ofMillis(10_100));
		assertThat(this.line.count(Operation.RENEW)).isOne();
		lease.close();
		this.line.deliver();
		LockLease next = granted(acquire(node));
		assertThat(this.store.size()).as("held in the store").isOne();
		next.close();
	}

	@Test
	void whoComesMayOvertakeWhoWaits() {
		LockLease first = granted(acquire(this.barging));
		CompletableFuture<LockLease> waiter = acquire(this.barging);
		first.close();
		LockLease barged = granted(acquire(this.barging));
		assertThat(waiter).isNotDone();
		barged.close();
		this.time.advance(Duration.ZERO);
		LockLease waited = granted(waiter);
		assertThat(waited.token()).isGreaterThan(barged.token());
		waited.close();
		assertThat(this.line.log()).containsExactly("ACQUIRE", "RELEASE");
	}

	@Test
	void whoWaitsIsNotMadeToWaitByALockThatWasKeptForNobody() {
		DefaultLockRegistry node = node((builder) -> builder.keepFor(Duration.ofMillis(5)).barging(true));
		granted(acquire(node)).close();
		this.time.advance(Duration.ofMillis(1));
		LockLease barged = granted(acquire(node));
		CompletableFuture<LockLease> waiter = acquire(node);
		barged.close();
		this.time.advance(Duration.ZERO);
		granted(waiter).close();
		assertThat(this.line.log()).containsExactly("ACQUIRE");
		for (int i = 0; i < 10; i++) {
			this.time.advance(Duration.ofNanos(10_000));
			granted(acquire(node)).close();
		}
		assertThat(this.time.plannedTasks()).as("a timer for the key, one for renewals").isLessThanOrEqualTo(2);
	}

	@Test
	void overtakingEndsAfterSoManyPasses() {
		DefaultLockRegistry node = node((builder) -> builder.handOver(3, Duration.ofMillis(10)).barging(true));
		LockLease first = granted(acquire(node));
		CompletableFuture<LockLease> waiter = acquire(node);
		first.close();
		for (int i = 0; i < 3; i++) {
			assertThat(waiter).isNotDone();
			granted(acquire(node)).close();
		}
		granted(waiter).close();
	}

	@Test
	void releaseDoesNotWaitForTheStore() {
		LockLease lease = granted(acquire(this.asynchronous));
		this.line.next(Operation.RELEASE, Fault.REPLY_HELD_BACK);
		lease.close();
		assertThat(this.asynchronous.held()).isEmpty();
		assertThat(this.outcomes).containsExactly(LockListener.Outcome.RELEASED);
		CompletableFuture<LockLease> next = acquire(this.asynchronous);
		assertThat(this.line.count(Operation.ACQUIRE)).as("the next of this JVM waits for the answer").isOne();
		this.line.deliver();
		granted(next).close();
	}

	@Test
	void attemptThatDoesNotWaitSeesThroughARelease() {
		LockLease lease = granted(acquire(this.asynchronous));
		this.line.next(Operation.RELEASE, Fault.REPLY_HELD_BACK);
		lease.close();
		CompletableFuture<LockLease> next = this.asynchronous.acquireAsync(NOW).toCompletableFuture();
		assertThat(next).isNotDone();
		this.line.deliver();
		granted(next).close();
	}

	@Test
	void attemptThatDoesNotWaitDoesNotWaitForAnotherHolder() {
		LockLease lease = granted(acquire(this.asynchronous));
		this.line.next(Operation.RELEASE, Fault.REPLY_HELD_BACK);
		lease.close();
		CompletableFuture<LockLease> ahead = acquire(this.asynchronous);
		CompletableFuture<LockLease> now = this.asynchronous.acquireAsync(NOW).toCompletableFuture();
		this.line.deliver();
		LockLease next = granted(ahead);
		assertThat(now).failsWithin(PATIENCE)
			.withThrowableOfType(ExecutionException.class)
			.withCauseInstanceOf(LockTimeoutException.class);
		next.close();
	}

	@Test
	void releaseWithoutAnAnswerIsRepeated() {
		LockLease lease = granted(acquire(this.asynchronous));
		this.line.next(Operation.RELEASE, Fault.REQUEST_HELD_BACK);
		lease.close();
		CompletableFuture<LockLease> next = acquire(this.asynchronous);
		assertThat(this.store.size()).isOne();
		this.time.advance(Duration.ofSeconds(4));
		granted(next).close();
	}

	@Test
	void lossThatOnlyTheReleaseFindsIsToldToListeners() {
		LockLease lease = granted(acquire(this.asynchronous));
		this.store.clear();
		this.line.next(Operation.RELEASE, Fault.REPLY_HELD_BACK);
		lease.close();
		assertThat(this.losses).isEmpty();
		this.line.deliver();
		assertThat(this.losses).extracting(LockLostEvent::reason).containsExactly(LockLostEvent.Reason.NOT_HELD);
	}

	@Test
	void releaseCarriesTheAttemptOfTheNext() {
		DefaultLockRegistry node = node(
				(builder) -> builder.handOver(0, Duration.ofMillis(10)).asynchronousRelease(true));
		LockLease first = granted(acquire(node));
		CompletableFuture<LockLease> next = acquire(node);
		first.close();
		granted(next).close();
		assertThat(this.line.log()).containsExactly("ACQUIRE", "EXCHANGE", "RELEASE");
	}

	@Test
	void impossibleTimeIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> node((builder) -> builder.keepFor(Duration.ofMillis(-1))))
			.withMessageContaining("'keepFor' must be between 0 and 1 s");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> node((builder) -> builder.keepFor(Duration.ofMillis(1001))))
			.withMessageContaining("'keepFor' must be between 0 and 1 s");
	}

	/** Keeps a grant for long, so that answers can come meanwhile. */
	private DefaultLockRegistry patient() {
		return node((builder) -> builder.keepFor(Duration.ofSeconds(1)).handOver(32, Duration.ofSeconds(15)));
	}

	private DefaultLockRegistry node(UnaryOperator<DefaultLockRegistry.Builder> options) {
		DefaultLockRegistry node = options
			.apply(DefaultLockRegistry.builder(this.line).ticker(this.time).scheduler(this.time))
			.listener(new LockListener() {

				@Override
				public void lost(LockLostEvent event) {
					LettingGoTests.this.losses.add(event);
				}

				@Override
				public void ended(LockLease lease, Duration held, Outcome outcome) {
					LettingGoTests.this.outcomes.add(outcome);
				}

			})
			.build();
		this.nodes.add(node);
		return node;
	}

	private static CompletableFuture<LockLease> acquire(DefaultLockRegistry node) {
		return node.acquireAsync(ORDER).toCompletableFuture();
	}

	/** What an asynchronous caller gets, on a thread of its own. */
	private static LockLease granted(CompletableFuture<LockLease> future) {
		assertThat(future).succeedsWithin(PATIENCE);
		return future.join();
	}

}
