package dev.distributedlock.test;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

import dev.distributedlock.LockBackendException;
import dev.distributedlock.LockLostException;
import dev.distributedlock.LockTimeoutException;
import dev.distributedlock.backend.LockBackend;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.entry;

/**
 * A whole application with test locks: what its locked methods do in a bad world.
 */
@SpringBootTest(classes = ShopApplication.class, properties = "distributed-lock.backend=redis")
@AutoConfigureTestLocks
class AutoConfigureTestLocksTests {

	@Autowired
	private Shop shop;

	@Autowired
	private ShopLedger ledger;

	@Autowired
	private TestLocks locks;

	@Test
	void storeOfTheApplicationIsLeftOut(@Autowired ApplicationContext context) {
		LockBackend store = context.getBean(LockBackend.class);
		assertThat(context.getBeansOfType(LockBackend.class)).containsOnly(entry("testLockBackend", store),
				entry("productionStore", store), entry("ledgerStore", store));
		assertThat(context.containsBean("lockRedissonClient")).isFalse();
	}

	@Test
	void lockThatNamesAStoreIsSeenLikeAllOthers() {
		this.ledger.bookDuring("7", () -> assertThat(this.locks).isHeld("ledger", "7"));
		assertThat(this.locks).acquired("ledger", "7").once().released();
		this.ledger.bookDuring("7", () -> this.locks.advance(Duration.ofHours(1)));
		assertThatExceptionOfType(LockLostException.class)
			.isThrownBy(() -> this.ledger.bookDuring("7", () -> this.locks.expire("ledger", "7")));
		this.locks.failNext(StoreOperation.ACQUIRE);
		assertThatExceptionOfType(LockBackendException.class).isThrownBy(() -> this.ledger.bookDuring("7", () -> {
		}));
		this.locks.skipWaits();
		this.locks.holdElsewhere("ledger", "7");
		assertThatExceptionOfType(LockTimeoutException.class).isThrownBy(() -> this.ledger.bookDuring("7", () -> {
		}));
		assertThat(this.locks).wasRefused("ledger", "7");
	}

	@Test
	void waitingCallGetsItsLockInANamedStore() {
		ElsewhereHold other = this.locks.holdElsewhere("ledger", "7");
		CompletableFuture<Void> call = CompletableFuture.runAsync(() -> this.ledger.bookDuring("7", () -> {
		}));
		Awaitility.await("the call to wait").untilAsserted(() -> assertThat(this.locks).isWaitedFor("ledger", "7"));
		other.release();
		call.join();
		assertThat(this.locks).acquired("ledger", "7").once().released();
	}

	@Test
	void methodIsLockedWhileItRuns() {
		this.shop.payDuring("42", () -> assertThat(this.locks).isHeld("orders", "42"));
		assertThat(this.locks).acquired("orders", "42").once().released();
		assertThat(this.locks).holdsNothing().isFree("orders", "42");
	}

	@Test
	void methodDoesNotRunWhileTheLockIsHeldElsewhere() {
		this.locks.skipWaits();
		try (ElsewhereHold other = this.locks.holdElsewhere("orders", "42")) {
			assertThatExceptionOfType(LockTimeoutException.class).isThrownBy(() -> this.shop.pay("42"));
			assertThat(this.shop.tryPay(other.key().value().substring("orders:".length()))).isEmpty();
		}
		assertThat(this.shop.tryPay("42")).contains("42");
	}

	@Test
	void methodIsToldThatItsLockWasLost() {
		assertThatExceptionOfType(LockLostException.class)
			.isThrownBy(() -> this.shop.payDuring("42", () -> this.locks.expire("orders", "42")));
		assertThatExceptionOfType(LockLostException.class)
			.isThrownBy(() -> this.shop.payDuring("42", () -> this.locks.stall(Duration.ofSeconds(11))))
			.withMessageContaining("10s");
		assertThat(this.locks).acquired("orders", "42").times(2).lost();
	}

	@Test
	void methodIsInterruptedWhenItsLockIsLost() throws InterruptedException {
		CountDownLatch inside = new CountDownLatch(1);
		CompletableFuture<Throwable> call = CompletableFuture
			.supplyAsync(() -> catchThrowable(() -> this.shop.payUntilInterrupted("42", inside)));
		inside.await();
		this.locks.expire("orders", "42");
		assertThat(call.join()).isInstanceOf(LockLostException.class);
	}

	@Test
	void troubleOfTheStoreIsNotTakenForABusyLock() {
		this.locks.failNext(StoreOperation.ACQUIRE);
		assertThatExceptionOfType(LockBackendException.class).isThrownBy(() -> this.shop.pay("42"));
		this.locks.skipWaits();
		this.locks.partition();
		assertThatExceptionOfType(LockBackendException.class).isThrownBy(() -> this.shop.pay("42"));
	}

	@Test
	void longCallIsRenewedWhileTimePasses() {
		this.shop.payDuring("42", () -> this.locks.advance(Duration.ofHours(1)));
		assertThat(this.locks).acquired("orders", "42").once().released();
	}

	@Test
	void waitingCallGetsTheLockWhenItsHolderIsDone() {
		ElsewhereHold other = this.locks.holdElsewhere("orders", "42");
		CompletableFuture<Integer> call = CompletableFuture.supplyAsync(() -> this.shop.pay("42"));
		Awaitility.await("the call to wait").untilAsserted(() -> assertThat(this.locks).isWaitedFor("orders", "42"));
		other.release();
		assertThat(call.join()).isPositive();
	}

	@RepeatedTest(2)
	void testsDoNotSeeWhatOthersHaveDone() {
		assertThat(this.locks.uses()).isEmpty();
		assertThat(this.locks.refusals()).isEmpty();
		this.shop.pay("42");
		this.locks.holdElsewhere("orders", "42");
		this.locks.partition();
		this.locks.failNext(StoreOperation.RELEASE);
	}

}
