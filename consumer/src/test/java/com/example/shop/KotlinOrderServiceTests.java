package com.example.shop;

import java.util.concurrent.CompletableFuture;

import dev.distributedlock.InvalidLockKeyException;
import dev.distributedlock.LockTimeoutException;
import dev.distributedlock.test.AutoConfigureTestLocks;
import dev.distributedlock.test.LockRace;
import dev.distributedlock.test.TestLocks;
import kotlin.coroutines.Continuation;
import kotlin.coroutines.EmptyCoroutineContext;
import kotlin.jvm.functions.Function1;
import kotlinx.coroutines.CompletableDeferred;
import kotlinx.coroutines.CompletableDeferredKt;
import kotlinx.coroutines.reactor.MonoKt;
import kotlinx.coroutines.reactor.ReactorFlowKt;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@SpringBootTest
@AutoConfigureTestLocks
class KotlinOrderServiceTests {

	private static final Cart CART = new Cart("c1", new Customer(7));

	@Autowired
	private KotlinOrderService orders;

	@Autowired
	private TestLocks locks;

	@Test
	void propertyOfADataClassIsTheKey() {
		assertThat(this.orders.checkOut(CART)).isPositive();
		assertThat(this.locks).acquired("carts", "c1").once().released();
	}

	@Test
	void oneCallerAtATimeChecksOut() {
		LockRace.on(this.orders).run(8, (orders) -> orders.checkOut(CART)).assertAllReturned().assertNoOverlap();
	}

	@Test
	void nestedPropertyIsTheKeyAndMustNotBeMissing() {
		this.orders.remind(CART);
		assertThat(this.locks).acquired("customers", 7L).once().released();
		assertThatExceptionOfType(InvalidLockKeyException.class)
			.isThrownBy(() -> this.orders.remind(new Cart("c1", null)));
		this.locks.holdElsewhere("customers", 7L);
		assertThatExceptionOfType(LockTimeoutException.class).isThrownBy(() -> this.orders.remind(CART));
	}

	@Test
	void busyCartIsSkipped() {
		assertThat(this.orders.tryCheckOut(CART)).isPositive();
		this.locks.holdElsewhere("carts", "c1");
		assertThat(this.orders.tryCheckOut(CART)).isNull();
	}

	@Test
	void suspendingFunctionIsLockedUntilItsCoroutineHasEnded() {
		CompletableDeferred<String> gateway = CompletableDeferredKt.CompletableDeferred(null);
		CompletableFuture<String> paid = checkOutLater(gateway::await).toFuture();
		Awaitility.await("the call to begin").untilAsserted(() -> assertThat(this.locks).isHeld("carts", "c1"));
		assertThat(paid).isNotDone();
		gateway.complete("paid");
		assertThat(paid.join()).isEqualTo("paid");
		assertThat(this.locks).acquired("carts", "c1").once().released();
	}

	@Test
	void suspendingFunctionDoesNotRunWhileTheLockIsHeldElsewhere() {
		this.locks.holdElsewhere("carts", "c1");
		assertThatExceptionOfType(LockTimeoutException.class)
			.isThrownBy(() -> checkOutLater((continuation) -> "paid").block());
		assertThat(this.locks).neverAcquired("carts", "c1");
	}

	@Test
	void flowIsLockedWhileItIsCollected() {
		Flux<String> lines = ReactorFlowKt.asFlux(this.orders.lines(CART));
		assertThat(this.locks).isFree("carts", "c1");
		assertThat(lines.doOnNext((line) -> assertThat(this.locks).isHeld("carts", "c1")).collectList().block())
			.containsExactly("first of c1", "last of c1");
		assertThat(this.locks).acquired("carts", "c1").once().released();
		this.locks.holdElsewhere("carts", "c1");
		assertThatExceptionOfType(LockTimeoutException.class).isThrownBy(() -> lines.collectList().block());
	}

	private Mono<String> checkOutLater(Function1<? super Continuation<? super String>, ?> payment) {
		return MonoKt.mono(EmptyCoroutineContext.INSTANCE,
				(scope, continuation) -> this.orders.checkOutLater(CART, payment, continuation));
	}

}
