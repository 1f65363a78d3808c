package dev.distributedlock.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.distributedlock.LockBackendException;
import dev.distributedlock.LockContext;
import dev.distributedlock.LockInterruptedException;
import dev.distributedlock.LockLease;
import dev.distributedlock.LockListener;
import dev.distributedlock.LockLostEvent;
import dev.distributedlock.LockLostException;
import dev.distributedlock.LockMonitor;
import dev.distributedlock.LockRequest;
import dev.distributedlock.LockShutdownException;
import dev.distributedlock.LockTimeoutException;
import dev.distributedlock.backend.memory.InMemoryLockBackend;
import dev.distributedlock.core.FaultyBackend.Fault;
import dev.distributedlock.core.FaultyBackend.Operation;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests of the engine on a clock that tests move. Two registries are two nodes.
 */
class DefaultLockRegistryTests {

	private static final LockRequest ORDER = LockRequest.of("orders", 42)
		.leaseFor(Duration.ofSeconds(30))
		.waitAtMost(Duration.ofSeconds(5));

	private final ManualTime time = new ManualTime();

	private final InMemoryLockBackend store = new InMemoryLockBackend(this.time);

	private final FaultyBackend line = new FaultyBackend(this.store);

	private final List<String> events = new ArrayList<>();

	private final DefaultLockRegistry here = registry("here");

	private final DefaultLockRegistry there = registry("there");

	private DefaultLockRegistry registry(String name) {
		return DefaultLockRegistry.builder(name.equals("here") ? this.line : this.store)
			.instance(name)
			.ticker(this.time)
			.scheduler(this.time)
			.commandTimeout(Duration.ofSeconds(2))
			.shutdownTimeout(Duration.ZERO)
			.listener(new LockListener() {

				@Override
				public void lost(LockLostEvent event) {
					DefaultLockRegistryTests.this.events.add(name + " lost " + event.reason());
				}

				@Override
				public void ended(LockLease lease, Duration held, Outcome outcome) {
					DefaultLockRegistryTests.this.events.add(name + " ended " + outcome);
				}

			})
			.build();
	}

	@AfterEach
	void nothingIsLeft() {
		List<LockLease> left = LockContext.leases();
		left.forEach(DefaultLockRegistryTests::closeQuietly);
		assertThat(left).isEmpty();
		this.line.heal();
		this.line.deliver();
		this.time.advance(Duration.ofSeconds(5));
		for (DefaultLockRegistry registry : List.of(this.here, this.there)) {
			assertThat(registry.engine().holds()).as("holds").isEmpty();
			assertThat(registry.engine().lines().size()).as("lines").isZero();
			assertThat(registry.engine().renewer().size()).as("renewals").isZero();
			assertThat(registry.engine().orphans().size()).as("orphans").isZero();
		}
		assertThat(this.time.plannedTasks()).as("timers").isZero();
		assertThat(this.store.size()).as("locks in the store").isZero();
	}

	private static void closeQuietly(LockLease lease) {
		try {
			lease.close();
		}
		catch (LockLostException ex) {
			// A test failed before; the ones that follow are to start clean.
		}
	}

	private CompletableFuture<LockLease> async(DefaultLockRegistry registry, LockRequest request) {
		// From another thread: on this one it would be re-entrant.
		return CompletableFuture.supplyAsync(() -> registry.acquireAsync(request).toCompletableFuture())
			.orTimeout(10, TimeUnit.SECONDS)
			.join();
	}

	private static LockLease granted(CompletableFuture<LockLease> lease) {
		return lease.orTimeout(10, TimeUnit.SECONDS).join();
	}

	@Test
	void anotherNodeIsDeniedUntilRelease() {
		LockLease lease = this.here.acquire(ORDER);
		assertThat(this.there.tryAcquire(ORDER.waitAtMost(Duration.ZERO))).isEmpty();
		lease.close();
		Optional<LockLease> next = this.there.tryAcquire(ORDER.waitAtMost(Duration.ZERO));
		assertThat(next).isPresent();
		assertThat(next.get().token()).isGreaterThan(lease.token());
		next.get().close();
		assertThat(this.events).containsExactly("here ended RELEASED", "there ended RELEASED");
	}

	@Test
	void otherKeysAreFree() {
		try (LockLease lease = this.here.acquire(ORDER);
				LockLease other = this.there.acquire(LockRequest.of("orders", 43))) {
			assertThat(lease.isValid()).isTrue();
			assertThat(other.isValid()).isTrue();
		}
	}

	@Test
	void releaseWakesTheWaiterOfAnotherNode() {
		LockLease lease = this.here.acquire(ORDER);
		CompletableFuture<LockLease> waiter = async(this.there, ORDER);
		assertThat(waiter).isNotDone();
		assertThat(this.there.waiting()).singleElement()
			.satisfies((waiting) -> assertThat(waiting.key()).isEqualTo(ORDER.key()));
		lease.close();
		granted(waiter).close();
	}

	@Test
	void lostSignalIsMadeGoodByThePollWithinASecond() {
		this.line.dropSignals();
		LockLease lease = this.there.acquire(ORDER);
		CompletableFuture<LockLease> waiter = async(this.here, ORDER);
		lease.close();
		assertThat(waiter).isNotDone();
		this.time.advance(Duration.ofSeconds(1));
		granted(waiter).close();
	}

	@Test
	void waitersOfOneNodeAreServedInOrderAndOnlyTheFirstAsksTheStore() {
		LockLease lease = this.here.acquire(ORDER);
		List<CompletableFuture<LockLease>> waiters = new ArrayList<>();
		for (int i = 0; i < 5; i++) {
			waiters.add(async(this.here, ORDER));
		}
		assertThat(this.line.count(Operation.ACQUIRE)).isOne();
		lease.close();
		for (int i = 0; i < waiters.size(); i++) {
			LockLease next = granted(waiters.get(i));
			assertThat(waiters.subList(i + 1, waiters.size())).noneMatch(CompletableFuture::isDone);
			assertThat(this.here.held()).hasSize(1);
			next.close();
		}
		assertThat(this.line.count(Operation.ACQUIRE)).as("the others were handed the grant").isOne();
	}

	@Test
	void waiterThatGivesUpLeavesTheLine() {
		LockLease lease = this.here.acquire(ORDER);
		CompletableFuture<LockLease> impatient = async(this.here, ORDER.waitAtMost(Duration.ofSeconds(1)));
		CompletableFuture<LockLease> cancelled = async(this.here, ORDER);
		CompletableFuture<LockLease> patient = async(this.here, ORDER);
		cancelled.cancel(false);
		this.time.advance(Duration.ofSeconds(2));
		assertThatExceptionOfType(CompletionException.class).isThrownBy(() -> granted(impatient))
			.withCauseInstanceOf(LockTimeoutException.class);
		lease.close();
		granted(patient).close();
	}

	@Test
	void timeoutSaysWhoHoldsTheLock() {
		try (LockLease lease = this.there.acquire(ORDER)) {
			this.time.advance(Duration.ofSeconds(12));
			assertThatExceptionOfType(LockTimeoutException.class)
				.isThrownBy(() -> this.here.acquire(ORDER.waitAtMost(Duration.ZERO)))
				.withMessage("Lock 'orders:42' not acquired at once (backend faulty, held by there for 12s)");
			assertThat(this.here.findHolder(ORDER.key())).hasValueSatisfying((holder) -> {
				assertThat(holder.instance()).isEqualTo("there");
				assertThat(holder.token()).isEqualTo(lease.token());
			});
		}
	}

	@Test
	void reentryNeedsNoRoundTripAndKeepsTheToken() {
		try (LockLease outer = this.here.acquire(ORDER)) {
			try (LockLease inner = this.here.acquire(ORDER)) {
				assertThat(inner.token()).isEqualTo(outer.token());
				assertThat(LockContext.current()).isSameAs(inner);
			}
			assertThat(outer.isValid()).isTrue();
			assertThat(LockContext.current()).isSameAs(outer);
			assertThat(this.there.tryAcquire(ORDER.waitAtMost(Duration.ZERO))).isEmpty();
		}
		assertThat(this.line.log()).containsExactly("ACQUIRE", "RELEASE");
	}

	@Test
	void nestedAsyncLeaseOutlivesTheOuterOne() {
		LockLease outer = this.here.acquire(ORDER);
		LockLease inner = granted(this.here.acquireAsync(ORDER).toCompletableFuture());
		outer.close();
		assertThat(inner.isValid()).isTrue();
		assertThat(this.there.tryAcquire(ORDER.waitAtMost(Duration.ZERO))).isEmpty();
		inner.close();
	}

	@Test
	void shorterNestedLeaseDoesNotShortenTheOuterOne() {
		try (LockLease outer = this.here.acquire(ORDER)) {
			this.here.acquire(ORDER.leaseFor(Duration.ofSeconds(1)).renewed(false)).close();
			this.time.advance(Duration.ofSeconds(100));
			assertThat(outer.isValid()).isTrue();
		}
	}

	@Test
	void frequentReentryDoesNotPutOffTheRenewal() {
		try (LockLease outer = this.here.acquire(ORDER)) {
			for (int second = 0; second < 60; second++) {
				this.time.advance(Duration.ofSeconds(1));
				this.here.acquire(ORDER).close();
			}
			assertThat(outer.isValid()).isTrue();
		}
	}

	@Test
	void nestedAcquisitionThatIsRenewedKeepsALeaseAliveThatWasAboutToEnd() {
		try (LockLease outer = this.here.acquire(ORDER.leaseFor(Duration.ofSeconds(3)).renewed(false))) {
			this.time.advance(Duration.ofSeconds(2));
			try (LockLease inner = this.here.acquire(ORDER)) {
				this.time.advance(Duration.ofSeconds(60));
				assertThat(inner.isValid()).isTrue();
			}
			assertThat(outer.isValid()).isTrue();
		}
	}

	@Test
	void troubleThatIsOverIsNotToldToThoseWhoWaitBehindTheHolder() {
		this.line.next(Operation.ACQUIRE, Fault.REQUEST_LOST);
		CompletableFuture<LockLease> holder = async(this.here, ORDER);
		this.time.advance(Duration.ofMillis(100));
		LockLease lease = granted(holder);
		CompletableFuture<LockLease> waiter = async(this.here, ORDER);
		this.time.advance(Duration.ofSeconds(5));
		assertThatExceptionOfType(CompletionException.class).isThrownBy(() -> granted(waiter))
			.withCauseInstanceOf(LockTimeoutException.class);
		lease.close();
	}

	@Test
	void leaseIsRenewedForAsLongAsItIsHeld() {
		try (LockLease lease = this.here.acquire(ORDER)) {
			this.time.advance(Duration.ofMinutes(10));
			assertThat(lease.isValid()).isTrue();
			assertThat(this.there.tryAcquire(ORDER.waitAtMost(Duration.ZERO))).isEmpty();
			assertThat(this.line.count(Operation.RENEW)).isEqualTo(60);
		}
	}

	@Test
	void leaseWithoutRenewalIsLostOnTimeAndItsHolderIsTold() {
		LockLease lease = this.here.acquire(ORDER.renewed(false));
		CompletableFuture<LockLostEvent> told = new CompletableFuture<>();
		lease.onLost(told::complete);
		this.time.advance(Duration.ofMillis(29_690));
		assertThat(lease.isValid()).isTrue();
		this.time.advance(Duration.ofMillis(9));
		assertThat(lease.isValid()).as("given up before the store does: 1 % and 2 ms").isFalse();
		assertThat(told.orTimeout(10, TimeUnit.SECONDS).join().token()).isEqualTo(lease.token());
		assertThat(lease.remaining()).isZero();
		assertThatExceptionOfType(LockLostException.class).isThrownBy(lease::ensureValid);
		assertThatExceptionOfType(LockLostException.class).isThrownBy(lease::close)
			.withMessageContaining("orders:42")
			.withMessageContaining(String.valueOf(lease.token()));
		assertThat(this.events).containsExactly("here lost EXPIRED", "here ended LOST");
	}

	@Test
	void renewalThatFailsIsRepeatedWhileTheLeaseLasts() {
		try (LockLease lease = this.here.acquire(ORDER)) {
			this.line.next(Operation.RENEW, Fault.REQUEST_LOST, Fault.REPLY_LOST, Fault.REQUEST_LOST);
			this.time.advance(Duration.ofSeconds(16));
			assertThat(this.here.held()).singleElement()
				.satisfies((held) -> assertThat(held.state()).isEqualTo(LockMonitor.State.SUSPECT));
			this.time.advance(Duration.ofSeconds(120));
			assertThat(lease.isValid()).isTrue();
			assertThat(this.here.held()).singleElement()
				.satisfies((held) -> assertThat(held.state()).isEqualTo(LockMonitor.State.HELD));
		}
	}

	@Test
	void hangingRenewalDoesNotHoldUpTheNextOne() {
		try (LockLease lease = this.here.acquire(ORDER)) {
			this.line.next(Operation.RENEW, Fault.REQUEST_HELD_BACK);
			this.time.advance(Duration.ofSeconds(60));
			assertThat(lease.isValid()).isTrue();
		}
	}

	@Test
	void unreachableStoreMeansLostByTheOwnClock() {
		LockLease lease = this.here.acquire(ORDER);
		this.line.always(Operation.RENEW, Fault.REQUEST_LOST);
		this.time.advance(Duration.ofSeconds(29));
		assertThat(lease.isValid()).isTrue();
		this.time.advance(Duration.ofSeconds(1));
		assertThat(lease.isValid()).isFalse();
		assertThat(this.events).containsExactly("here lost EXPIRED");
		assertThatExceptionOfType(LockLostException.class).isThrownBy(lease::close);
	}

	@Test
	void storeThatForgotTheLockMeansLostAtTheNextRenewal() {
		LockLease lease = this.here.acquire(ORDER);
		this.store.clear();
		LockLease other = this.there.acquire(ORDER);
		assertThat(other.token()).as("rises although the store forgot its counter").isGreaterThan(lease.token());
		this.time.advance(Duration.ofSeconds(10));
		assertThat(lease.isValid()).isFalse();
		assertThat(this.events).containsExactly("here lost NOT_HELD");
		assertThatExceptionOfType(LockLostException.class).isThrownBy(lease::close);
		assertThat(other.isValid()).isTrue();
		other.close();
	}

	@Test
	void storeThatForgotTheLockIsNoticedAtTheReleaseAtTheLatest() {
		LockLease lease = this.here.acquire(ORDER);
		this.store.clear();
		assertThatExceptionOfType(LockLostException.class).isThrownBy(lease::close)
			.withMessageContaining("not held any more");
		assertThat(this.events).containsExactly("here lost NOT_HELD", "here ended LOST");
	}

	@Test
	void stoppedProcessFindsItsLeaseLostAndDoesNotCatchUp() {
		LockLease lease = this.here.acquire(ORDER);
		this.time.stall(Duration.ofSeconds(60));
		assertThat(lease.isValid()).isFalse();
		assertThat(this.line.count(Operation.RENEW)).isZero();
		LockLease other = this.there.acquire(ORDER);
		assertThatExceptionOfType(LockLostException.class).isThrownBy(lease::close);
		this.time.advance(Duration.ofSeconds(10));
		assertThat(other.isValid()).isTrue();
		other.close();
	}

	@Test
	void lateRenewalAnswerDoesNotBringALostLeaseBack() {
		LockLease lease = this.here.acquire(ORDER);
		this.line.always(Operation.RENEW, Fault.REPLY_HELD_BACK);
		this.time.advance(Duration.ofSeconds(30));
		this.line.deliver();
		assertThat(lease.isValid()).isFalse();
		assertThatExceptionOfType(LockLostException.class).isThrownBy(lease::close);
	}

	@Test
	void lostReplyOfAnAttemptIsRepeatedUnderTheSameOwner() {
		this.line.next(Operation.ACQUIRE, Fault.REPLY_LOST);
		CompletableFuture<LockLease> waiter = async(this.here, ORDER);
		assertThat(this.store.size()).isOne();
		this.time.advance(Duration.ofMillis(100));
		granted(waiter).close();
	}

	@Test
	void attemptWhoseOutcomeIsUnknownAtTheDeadlineIsGivenBack() {
		this.line.always(Operation.ACQUIRE, Fault.REPLY_LOST);
		CompletableFuture<LockLease> waiter = async(this.here, ORDER);
		this.time.advance(Duration.ofSeconds(5));
		assertThatExceptionOfType(CompletionException.class).isThrownBy(() -> granted(waiter))
			.withCauseInstanceOf(LockBackendException.class);
		assertThat(this.store.size()).isZero();
	}

	@Test
	void grantThatComesAfterTheDeadlineIsGivenBack() {
		this.line.next(Operation.ACQUIRE, Fault.REPLY_HELD_BACK);
		CompletableFuture<LockLease> waiter = async(this.here, ORDER);
		this.time.advance(Duration.ofSeconds(6));
		assertThatExceptionOfType(CompletionException.class).isThrownBy(() -> granted(waiter))
			.withCauseInstanceOf(LockBackendException.class);
		this.line.deliver();
		assertThat(this.store.size()).isZero();
	}

	@Test
	void commandThatReachesTheStoreAfterItsReleaseIsGivenBackBySecondLook() {
		this.line.next(Operation.ACQUIRE, Fault.REQUEST_HELD_BACK);
		CompletableFuture<LockLease> waiter = async(this.here, ORDER);
		waiter.cancel(false);
		this.line.deliver();
		assertThat(this.store.size()).isZero();
	}

	@Test
	void answerThatTakesLongerThanTheLeaseIsNoGrant() {
		this.line.next(Operation.ACQUIRE, Fault.REPLY_HELD_BACK);
		CompletableFuture<LockLease> waiter = async(this.here, ORDER.waitAtMost(Duration.ofMinutes(2)));
		this.time.advance(Duration.ofSeconds(31));
		this.line.deliver();
		LockLease lease = granted(waiter);
		assertThat(lease.remaining()).isGreaterThan(Duration.ofSeconds(29));
		lease.close();
	}

	@Test
	void refusalByTheStoreIsToldAtOnceAndNotAsBusy() {
		this.line.next(Operation.ACQUIRE, Fault.REFUSED);
		assertThatExceptionOfType(LockBackendException.class).isThrownBy(() -> this.here.tryAcquire(ORDER))
			.withMessageContaining("refused by test");
	}

	@Test
	void troubleOfTheFirstInLineIsToldToThoseBehindIt() {
		this.line.always(Operation.ACQUIRE, Fault.REQUEST_LOST);
		CompletableFuture<LockLease> first = async(this.here, ORDER.waitAtMost(Duration.ofSeconds(8)));
		CompletableFuture<LockLease> second = async(this.here, ORDER);
		this.time.advance(Duration.ofSeconds(5));
		assertThatExceptionOfType(CompletionException.class).isThrownBy(() -> granted(second))
			.withCauseInstanceOf(LockBackendException.class);
		first.cancel(false);
	}

	@Test
	void releaseThatIsNotConfirmedGoesOnInTheBackground() {
		LockLease lease = this.here.acquire(ORDER);
		this.line.next(Operation.RELEASE, Fault.REQUEST_LOST, Fault.REQUEST_LOST);
		lease.close();
		assertThat(this.events).containsExactly("here ended UNCONFIRMED");
		assertThat(this.store.size()).isOne();
		this.time.advance(Duration.ofSeconds(1));
		assertThat(this.store.size()).isZero();
	}

	@Test
	void extendMovesTheEndAndNeverShortens() {
		try (LockLease lease = this.here.acquire(ORDER.renewed(false))) {
			lease.extend(Duration.ofMinutes(2));
			lease.extend(Duration.ofSeconds(1));
			this.time.advance(Duration.ofSeconds(100));
			assertThat(lease.isValid()).isTrue();
		}
	}

	@Test
	void interruptedThreadKeepsItsFlagAndLeavesNothing() throws InterruptedException {
		try (LockLease lease = this.there.acquire(ORDER)) {
			CountDownLatch done = new CountDownLatch(1);
			List<Object> outcome = new ArrayList<>();
			Thread waiter = new Thread(() -> {
				try {
					this.here.acquire(ORDER.waitAtMost(Duration.ofMinutes(1)));
				}
				catch (LockInterruptedException ex) {
					outcome.add(ex);
				}
				outcome.add(Thread.currentThread().isInterrupted());
				done.countDown();
			});
			waiter.start();
			Awaitility.await("the thread waits").until(() -> !this.here.waiting().isEmpty());
			waiter.interrupt();
			assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
			assertThat(outcome).hasSize(2).element(1).isEqualTo(true);
			waiter.join();
		}
	}

	@Test
	void alreadyInterruptedThreadDoesNotAskTheStore() {
		Thread.currentThread().interrupt();
		assertThatExceptionOfType(LockInterruptedException.class).isThrownBy(() -> this.here.acquire(ORDER));
		assertThat(Thread.interrupted()).isTrue();
		assertThat(this.line.log()).isEmpty();
	}

	@Test
	void interruptDoesNotStopARelease() {
		LockLease lease = this.here.acquire(ORDER);
		Thread.currentThread().interrupt();
		lease.close();
		assertThat(Thread.interrupted()).isTrue();
		assertThat(this.store.size()).isZero();
	}

	@Test
	void holderWhoseThreadDiedIsNotRenewedForEver() throws InterruptedException {
		List<LockLease> leases = new ArrayList<>();
		Thread careless = new Thread(() -> leases.add(this.here.acquire(ORDER)));
		careless.start();
		careless.join();
		this.time.advance(Duration.ofSeconds(31));
		assertThat(leases.get(0).isValid()).isFalse();
		assertThat(this.there.tryAcquire(ORDER.waitAtMost(Duration.ZERO))).hasValueSatisfying(LockLease::close);
		assertThatExceptionOfType(LockLostException.class).isThrownBy(leases.get(0)::close);
	}

	@Test
	void closedLeaseIsClosedOnceAndRefusesUse() {
		LockLease lease = this.here.acquire(ORDER);
		lease.close();
		lease.close();
		assertThat(lease.isValid()).isFalse();
		assertThatIllegalStateException().isThrownBy(lease::ensureValid);
		assertThatIllegalStateException().isThrownBy(() -> lease.extend(Duration.ofSeconds(1)));
		assertThat(this.line.count(Operation.RELEASE)).isOne();
	}

	@Test
	void leaseMayBeClosedByAnotherThread() {
		LockLease lease = this.here.acquire(ORDER);
		CompletableFuture.runAsync(lease::close).orTimeout(10, TimeUnit.SECONDS).join();
		assertThat(LockContext.find()).isEmpty();
		assertThat(this.store.size()).isZero();
	}

	@Test
	void shutdownSendsWaitersAwayAndReleasesWhatIsHeld() {
		LockLease lease = this.here.acquire(ORDER);
		CompletableFuture<LockLease> waiter = async(this.here, ORDER);
		CompletableFuture<LockLostEvent> told = new CompletableFuture<>();
		lease.onLost(told::complete);
		this.here.close();
		assertThatExceptionOfType(CompletionException.class).isThrownBy(() -> granted(waiter))
			.withCauseInstanceOf(LockShutdownException.class);
		assertThat(told.orTimeout(10, TimeUnit.SECONDS).join().reason()).isEqualTo(LockLostEvent.Reason.SHUTDOWN);
		assertThat(this.store.size()).isZero();
		assertThatExceptionOfType(LockShutdownException.class)
			.isThrownBy(() -> this.here.acquire(LockRequest.of("orders", 43)));
		assertThatExceptionOfType(LockLostException.class).isThrownBy(lease::close);
	}

}
