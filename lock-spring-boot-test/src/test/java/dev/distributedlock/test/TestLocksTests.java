package dev.distributedlock.test;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.distributedlock.LockBackendException;
import dev.distributedlock.LockContext;
import dev.distributedlock.LockKey;
import dev.distributedlock.LockLease;
import dev.distributedlock.LockLostException;
import dev.distributedlock.LockRequest;
import dev.distributedlock.LockTimeoutException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;

class TestLocksTests {

	private static final LockRequest ORDER = LockRequest.of("orders", 42).waitAtMost(Duration.ofMinutes(5));

	private final TestLocks locks = new TestLocks();

	@AfterEach
	void close() {
		this.locks.close();
	}

	@Test
	void lockThatIsHeldElsewhereIsWaitedForUntilItIsReleased() {
		ElsewhereHold other = this.locks.holdElsewhere("orders", 42);
		CompletableFuture<Long> waiting = acquireInBackground();
		Awaitility.await("the caller to wait").untilAsserted(() -> assertThat(this.locks).isWaitedFor("orders", 42));
		assertThat(waiting).isNotDone();
		other.release();
		assertThat(waiting.join()).isGreaterThan(other.token());
	}

	@Test
	void lockThatIsHeldElsewhereIsRenewedThereWhileTimePasses() {
		this.locks.holdElsewhere("orders", 42);
		this.locks.advance(Duration.ofDays(1));
		this.locks.stall(Duration.ofDays(1));
		assertThatExceptionOfType(LockTimeoutException.class)
			.isThrownBy(() -> this.locks.registry().acquire(ORDER.waitAtMost(Duration.ZERO)))
			.withMessageContaining("elsewhere");
	}

	@Test
	void lockOfInstanceThatDiesIsFreeWhenItsLeaseEnds() {
		ElsewhereHold other = this.locks.holdElsewhere("orders", 42);
		this.locks.advance(ElsewhereHold.LEASE.multipliedBy(10));
		other.crash();
		this.locks.advance(ElsewhereHold.LEASE.dividedBy(2));
		assertThat(this.locks.holder(LockKey.of("orders", 42))).isPresent();
		this.locks.advance(ElsewhereHold.LEASE);
		assertThat(this.locks).isFree("orders", 42);
		this.locks.operations().execute(ORDER.waitAtMost(Duration.ZERO), LockLease::token);
	}

	@Test
	void lockOfTheApplicationCannotBeHeldElsewhere() {
		try (LockLease lease = this.locks.registry().acquire(ORDER)) {
			assertThatIllegalStateException().isThrownBy(() -> this.locks.holdElsewhere("orders", 42))
				.withMessageContaining("'orders:42'")
				.withMessageContaining("held by 'test'");
			assertThat(lease.isValid()).isTrue();
		}
	}

	@Test
	void lockIsSharedWithAReaderElsewhere() {
		this.locks.holdElsewhere(LockRequest.of("orders", 42).shared());
		this.locks.operations().execute(ORDER.shared(), (reader) -> {
			this.locks.expire("orders", 42);
			assertThat(reader.isValid()).isFalse();
			return catchThrowable(reader::close);
		});
		assertThat(this.locks).acquired("orders", 42).once().lost();
		assertThatExceptionOfType(LockTimeoutException.class)
			.isThrownBy(() -> this.locks.registry().acquire(ORDER.waitAtMost(Duration.ZERO)));
	}

	@Test
	void waitIsOverAtOnceWhereWaitsAreSkipped() {
		this.locks.holdElsewhere("orders", 42);
		this.locks.skipWaits();
		assertThatExceptionOfType(LockTimeoutException.class).isThrownBy(() -> this.locks.registry().acquire(ORDER))
			.withMessageContaining("within 5m");
		assertThat(this.locks).wasRefused("orders", 42).neverAcquired("orders", 42);
		assertThat(this.locks.refusals()).singleElement()
			.satisfies((refusal) -> assertThat(refusal.waited()).isGreaterThanOrEqualTo(Duration.ofMinutes(5)));
	}

	@Test
	void waitIsOverWhenTheClockIsPutForward() {
		this.locks.holdElsewhere("orders", 42);
		CompletableFuture<Long> waiting = acquireInBackground();
		Awaitility.await("the caller to wait").untilAsserted(() -> assertThat(this.locks).isWaitedFor("orders", 42));
		// It may be between having begun to wait and waiting.
		Awaitility.await("the caller to give up").untilAsserted(() -> {
			this.locks.advance(Duration.ofMinutes(5));
			assertThat(waiting).isCompletedExceptionally();
		});
		assertThat(catchThrowable(waiting::join)).hasCauseInstanceOf(LockTimeoutException.class);
	}

	@Test
	void holderIsRenewedWhileTimePassesAndLosesTheLockWhenItStandsStill() {
		LockLease lease = this.locks.registry().acquire(ORDER.leaseFor(Duration.ofSeconds(10)));
		this.locks.advance(Duration.ofHours(1));
		assertThat(lease.isValid()).isTrue();
		this.locks.stall(Duration.ofSeconds(11));
		assertThat(lease.isValid()).isFalse();
		assertThatExceptionOfType(LockLostException.class).isThrownBy(lease::close);
		assertThat(this.locks).acquired("orders", 42).once().lost();
	}

	@Test
	void expiredHoldIsLostNow() {
		AtomicBoolean told = new AtomicBoolean();
		LockLease lease = this.locks.registry().acquire(ORDER);
		lease.onLost((event) -> told.set(true));
		this.locks.expire("orders", 42);
		assertThat(lease.isValid()).isFalse();
		Awaitility.await("the listener, on a thread of the registry").untilTrue(told);
		this.locks.holdElsewhere("orders", 42);
		assertThatExceptionOfType(LockLostException.class).isThrownBy(lease::close);
	}

	@Test
	void onlyWhatIsHeldCanExpire() {
		try (LockLease other = this.locks.registry().acquire(LockRequest.of("orders", 43))) {
			assertThatIllegalStateException().isThrownBy(() -> this.locks.expire("orders", 42))
				.withMessageContaining("'orders:42'")
				.withMessageContaining("'orders:43'");
			assertThat(other.isValid()).isTrue();
		}
	}

	@Test
	void refusedAcquisitionFailsAndTheNextSucceeds() {
		this.locks.failNext(StoreOperation.ACQUIRE);
		assertThatExceptionOfType(LockBackendException.class).isThrownBy(() -> this.locks.registry().acquire(ORDER))
			.havingRootCause()
			.withMessageContaining("refuses to ACQUIRE");
		this.locks.operations().execute(ORDER, LockLease::token);
		assertThat(this.locks).acquired("orders", 42).once().released();
	}

	@Test
	void lostReplyToAnAcquisitionGoesUnnoticed() {
		this.locks.loseReply(StoreOperation.ACQUIRE);
		this.locks.operations().execute(ORDER, LockLease::token);
		assertThat(this.locks).acquired("orders", 42).once().released();
		assertThat(this.locks).isFree("orders", 42);
	}

	@Test
	void refusedRenewalIsRepeated() {
		try (LockLease lease = this.locks.registry().acquire(ORDER)) {
			this.locks.failNext(StoreOperation.RENEW, 2);
			this.locks.advance(Duration.ofMinutes(1));
			assertThat(lease.isValid()).isTrue();
		}
	}

	@Test
	void duringAnOutageNothingIsGrantedAndWhatIsHeldIsLostWithItsLease() {
		LockLease lease = this.locks.registry().acquire(ORDER);
		try (Outage outage = this.locks.partition()) {
			this.locks.advance(Duration.ofSeconds(20));
			assertThat(lease.isValid()).isTrue();
			this.locks.advance(Duration.ofSeconds(11));
			assertThat(lease.isValid()).isFalse();
			this.locks.skipWaits();
			assertThatExceptionOfType(LockBackendException.class)
				.isThrownBy(() -> this.locks.registry().acquire(LockRequest.of("orders", 43)));
			outage.heal();
		}
		assertThatExceptionOfType(LockLostException.class).isThrownBy(lease::close);
		this.locks.operations().execute(LockRequest.of("orders", 43), LockLease::token);
	}

	@Test
	void callerThatWaitsDuringAnOutageGetsTheLockAfterIt() {
		ElsewhereHold other = this.locks.holdElsewhere("orders", 42);
		CompletableFuture<Long> waiting = acquireInBackground();
		Awaitility.await("the caller to wait").untilAsserted(() -> assertThat(this.locks).isWaitedFor("orders", 42));
		Outage outage = this.locks.partition();
		other.release();
		assertThat(waiting).isNotDone();
		outage.heal();
		assertThat(waiting.join()).isGreaterThan(other.token());
	}

	@Test
	void resetEndsAllThatTheTestHasSetUp() throws InterruptedException {
		this.locks.holdElsewhere("orders", 42);
		this.locks.failNext(StoreOperation.ACQUIRE, 100);
		this.locks.partition();
		this.locks.skipWaits();
		this.locks.reset();
		CountDownLatch inside = new CountDownLatch(1);
		CountDownLatch end = new CountDownLatch(1);
		CompletableFuture<Void> other = CompletableFuture
			.runAsync(() -> this.locks.operations().execute(LockRequest.of("jobs"), (lease) -> holdUntil(inside, end)));
		inside.await();
		LockLease forgotten = this.locks.registry().acquire(ORDER);
		this.locks.reset();
		assertThat(forgotten.isValid()).isFalse();
		assertThat(LockContext.leases()).isEmpty();
		assertThat(this.locks).isFree("orders", 42).isHeld("jobs");
		end.countDown();
		other.join();
		assertThat(this.locks.uses()).extracting(LockUse::name).containsExactly("jobs");
	}

	private static boolean holdUntil(CountDownLatch inside, CountDownLatch end) {
		inside.countDown();
		try {
			return end.await(1, TimeUnit.MINUTES);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private CompletableFuture<Long> acquireInBackground() {
		return CompletableFuture.supplyAsync(() -> this.locks.operations().execute(ORDER, LockLease::token));
	}

}
