package com.example.shop;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

import dev.distributedlock.LockLostException;
import dev.distributedlock.LockRequest;
import dev.distributedlock.LockTimeoutException;
import dev.distributedlock.test.AutoConfigureTestLocks;
import dev.distributedlock.test.ElsewhereHold;
import dev.distributedlock.test.LockRace;
import dev.distributedlock.test.TestLocks;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

@SpringBootTest
@AutoConfigureTestLocks
class OrderServiceTests {

	private static final Order ORDER = new Order("42", 100);

	@Autowired
	private OrderService orders;

	@Autowired
	private TestLocks locks;

	@Test
	void nameAndKey() {
		assertThat(this.orders.pay(ORDER)).isPositive();
		assertThat(this.locks).acquired("orders", "42").once().released();
	}

	@Test
	void oneCallerAtATimePaysAnOrder() {
		LockRace.on(this.orders).run(8, (orders) -> orders.pay(ORDER)).assertAllReturned().assertNoOverlap();
	}

	@Test
	void differentOrdersArePaidSideBySide() {
		LockRace.on(this.orders)
			.run(4, (orders, caller) -> orders.pay(new Order("order-" + caller, 100)))
			.assertAllReturned()
			.assertOverlap();
	}

	@Test
	void value() {
		this.orders.closeYear(2026);
		assertThat(this.locks).acquired("vat-2026").once().released();
	}

	@Test
	void keyGenerator() {
		this.orders.invoice("R1");
		assertThat(this.locks).acquired("invoices", "tenant-7/R1").once().released();
	}

	@Test
	void condition() {
		assertThat(this.orders.review(new Order("42", 1000))).isFalse();
		assertThat(this.locks).neverAcquired("orders", "42");
		assertThat(this.orders.review(new Order("42", 1001))).isTrue();
		assertThat(this.locks).acquired("orders", "42").once().released();
	}

	@Test
	void waitTime() {
		this.locks.skipWaits();
		this.locks.holdElsewhere("orders", "42");
		assertThatExceptionOfType(LockTimeoutException.class).isThrownBy(() -> this.orders.payPatiently(ORDER))
			.withMessageContaining("0.2s")
			.withMessageContaining("elsewhere");
	}

	@Test
	void leaseTime() throws InterruptedException {
		this.orders.payWithShortLease(ORDER, () -> this.locks.stall(Duration.ofSeconds(9)));
		assertThatExceptionOfType(LockLostException.class).isThrownBy(
				() -> this.orders.payWithShortLease(ORDER, () -> this.locks.stall(Duration.ofSeconds(11))));
	}

	@Test
	void maxHold() throws InterruptedException {
		this.orders.payAtMostAMinute(ORDER, () -> this.locks.advance(Duration.ofSeconds(50)));
		assertThatExceptionOfType(LockLostException.class)
			.isThrownBy(() -> this.orders.payAtMostAMinute(ORDER, () -> this.locks.advance(Duration.ofSeconds(61))))
			.withMessageContaining("max-hold");
	}

	@Test
	void onFailure() {
		assertThat(this.orders.payUnlessBusy(ORDER)).contains("paid");
		this.locks.holdElsewhere("orders", "42");
		assertThat(this.orders.payUnlessBusy(ORDER)).isEmpty();
	}

	@Test
	void fallback() {
		assertThat(this.orders.payTodayOrTomorrow(ORDER)).isEqualTo("paid");
		this.locks.holdElsewhere("orders", "42");
		assertThat(this.orders.payTodayOrTomorrow(ORDER)).isEqualTo("tomorrow");
	}

	@Test
	void handler() {
		assertThat(this.orders.payOrHandle(ORDER)).isEqualTo("paid");
		this.locks.holdElsewhere("orders", "42");
		assertThat(this.orders.payOrHandle(ORDER)).isEqualTo("busy: payOrHandle");
	}

	@Test
	void onLockLost() {
		assertThatExceptionOfType(LockLostException.class).isThrownBy(() -> this.orders.payUntilLost(ORDER, () -> {
			this.locks.expire("orders", "42");
			// Ends by the interrupt only.
			new CountDownLatch(1).await();
		}));
	}

	@Test
	void repeated() {
		assertThat(this.orders.book(ORDER)).containsExactlyInAnyOrder("orders:42", "ledger");
		assertThat(this.locks).acquired("ledger").once().released();
		assertThat(this.locks).acquired("orders", "42").once().released();
	}

	@Test
	void severalKeys() {
		assertThat(this.orders.merge(new Order("2", 1), new Order("1", 1))).containsExactlyInAnyOrder("orders:1",
				"orders:2");
	}

	@Test
	void future() {
		CompletableFuture<String> gateway = new CompletableFuture<>();
		CompletableFuture<String> paid = this.orders.payLater(ORDER, gateway);
		Awaitility.await("the call to begin")
			.untilAsserted(() -> assertThat(this.locks).isHeld("orders", "42"));
		gateway.complete("paid");
		assertThat(paid.join()).isEqualTo("paid");
		assertThat(this.locks).acquired("orders", "42").once().released();
	}

	@Test
	void mode() throws InterruptedException {
		try (ElsewhereHold reader = this.locks.holdElsewhere(LockRequest.of("orders", "42").shared())) {
			this.orders.print(ORDER, () -> assertThat(this.locks).isHeld("orders", "42"));
			assertThat(reader.token()).isPositive();
		}
		this.locks.holdElsewhere("orders", "42");
		assertThatExceptionOfType(LockTimeoutException.class).isThrownBy(() -> this.orders.print(ORDER, Work.NONE));
	}

	@Test
	void readAndWriteLock() throws InterruptedException {
		try (ElsewhereHold reader = this.locks.holdElsewhere(LockRequest.of("orders", "42").shared())) {
			this.orders.read(ORDER, () -> assertThat(this.locks).isHeld("orders", "42"));
			assertThatExceptionOfType(LockTimeoutException.class)
				.isThrownBy(() -> this.orders.write(ORDER, Work.NONE));
			assertThat(reader.token()).isPositive();
		}
		this.orders.write(ORDER, () -> assertThatIllegalStateException()
			.isThrownBy(() -> this.locks.holdElsewhere(LockRequest.of("orders", "42").shared())));
	}

	@Test
	void permits() {
		LockRace.on(this.orders)
			.run(8, (orders) -> orders.advise(ORDER))
			.assertAllReturned()
			.assertOverlap()
			.assertAtMost(3);
	}

	@Test
	void fair() {
		LockRace.on(this.orders).run(4, (orders) -> orders.queueUp(ORDER)).assertAllReturned().assertNoOverlap();
		assertThat(this.locks).acquired("queue").times(4).released();
	}

	@Test
	void tryLock() {
		assertThat(this.orders.tryPay(ORDER)).contains("paid");
		this.locks.holdElsewhere("orders", "42");
		assertThat(this.orders.tryPay(ORDER)).isEmpty();
	}

	@Test
	void ownAnnotation() {
		assertThat(this.orders.payByOwnAnnotation(ORDER)).isPositive();
		assertThat(this.locks).acquired("orders", "42").once().released();
	}

}
