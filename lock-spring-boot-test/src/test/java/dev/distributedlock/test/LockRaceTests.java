package dev.distributedlock.test;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;

import dev.distributedlock.LockRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.context.junit.jupiter.SpringExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * The race finds planted bugs, and nothing where there is none.
 */
@ExtendWith(SpringExtension.class)
@ContextConfiguration
@Import(Shop.class)
@AutoConfigureTestLocks
class LockRaceTests {

	@Autowired
	private Shop shop;

	@Autowired
	private TestLocks locks;

	@Test
	void lockedMethodIsEnteredByOneAtATime() {
		LockRaceResult result = LockRace.on(this.shop)
			.run(8, (shop) -> shop.pay("42"))
			.assertAllReturned()
			.assertNoOverlap();
		assertThat(result.entries()).isEqualTo(8);
		assertThat(result.returned()).isEqualTo(8);
		assertThat(this.locks).acquired("orders", "42").times(8).released();
		overlapIsMissed(result);
	}

	@Test
	void methodWithoutLockIsCaught() {
		LockRaceResult result = LockRace.on(this.shop).run(8, (shop) -> shop.payUnlocked("42"));
		overlapIsFound(result, "payUnlocked", Shop.class.getName());
		result.assertOverlap();
	}

	@Test
	void objectWithoutProxyIsCaught() {
		overlapIsFound(LockRace.on(new Shop()).run(8, (shop) -> shop.pay("42")), "pay", "pass the bean's proxy?");
	}

	@Test
	void lockWithADifferentKeyForEachCallIsCaught() {
		overlapIsFound(LockRace.on(this.shop).run(8, (shop, caller) -> shop.payByCall("42", caller)), "payByCall");
	}

	@Test
	void differentOrdersArePaidSideBySide() {
		LockRace.on(this.shop).run(4, (shop, caller) -> shop.pay("order-" + caller)).assertOverlap();
	}

	@Test
	void whoDoesNotGetTheLockIsNotInside() {
		LockRaceResult result = LockRace.on(this.shop).run(8, (shop) -> shop.tryPay("42")).assertNoOverlap();
		assertThat(result.entries()).isBetween(1, 8);
	}

	@Test
	void stagesAndPublishersAreInsideUntilTheyAreComplete() {
		LockRace.on(this.shop).run(4, (shop) -> shop.payLater("42").join()).assertAllReturned().assertNoOverlap();
		LockRace.on(this.shop).run(4, (shop) -> shop.payReactively("42").block()).assertAllReturned().assertNoOverlap();
		overlapIsFound(LockRace.on(new Shop()).run(4, (shop) -> shop.payLater("42").join()), "payLater");
		overlapIsFound(LockRace.on(new Shop()).run(4, (shop) -> shop.payReactively("42").block()), "payReactively");
	}

	@Test
	void failuresAreToldAndProveNothing() {
		this.locks.failNext(StoreOperation.ACQUIRE, 100);
		LockRaceResult result = LockRace.on(this.shop).run(4, (shop) -> shop.pay("42"));
		assertThat(result.failures()).hasSize(4);
		assertThatExceptionOfType(AssertionError.class).isThrownBy(result::assertNoOverlap)
			.withMessageContaining("entered by nobody")
			.withMessageContaining("LockBackendException");
		assertThatExceptionOfType(AssertionError.class).isThrownBy(result::assertAllReturned)
			.withMessageContaining("4 of 4")
			.satisfies((error) -> assertThat(error.getSuppressed()).hasSize(4));
	}

	@Test
	void lockByHandIsWatchedWhereTheCodeSaysSo() {
		LockRace.byHand(4, (section) -> this.locks.operations().execute(LockRequest.of("by-hand"), (lease) -> {
			try (LockRace.Inside inside = section.enter()) {
				return inside;
			}
		})).assertAllReturned().assertNoOverlap();
		overlapIsFound(LockRace.byHand(4, (section) -> section.enter().close()), "The section");
	}

	@Test
	void permitsAreCounted() {
		LockRequest request = LockRequest.of("desks").permits(3);
		LockRaceResult result = LockRace.byHand(8,
				(section) -> this.locks.operations().execute(request, (lease) -> pass(section)));
		result.assertAllReturned().assertOverlap().assertAtMost(3);
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> result.assertAtMost(2))
			.withMessageContaining("3 of 8");
	}

	private static String pass(LockRace.Section section) throws InterruptedException {
		section.enter().close();
		return "passed";
	}

	@Test
	void probeIsTakenOutOfTheBean() {
		int before = ((Advised) this.shop).getAdvisors().length;
		LockRace.on(this.shop).run(2, (shop) -> shop.pay("42"));
		assertThat(((Advised) this.shop).getAdvisors()).hasSize(before);
	}

	@Test
	void callersThatNeverGetDoneAreAnError() {
		CountDownLatch never = new CountDownLatch(1);
		LockRace<Shop> race = LockRace.on(this.shop).atMost(Duration.ofMillis(100));
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> race.run(2, (shop) -> shop.payWhile("42", new CountDownLatch(1), never)))
			.withMessageContaining("2 of 2 callers were still at it");
	}

	@Test
	void whatCannotBeWatchedIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> LockRace.on(this.shop).run(1, (shop) -> shop.pay("42")))
			.withMessageContaining("at least 2");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> LockRace.on("final").run(2, (text) -> assertThat(text).isEqualTo("final")))
			.withMessageContaining("java.lang.String");
		ProxyFactory opaque = new ProxyFactory(new Shop());
		opaque.setProxyTargetClass(true);
		opaque.setOpaque(true);
		Shop proxy = (Shop) opaque.getProxy();
		assertThatIllegalStateException().isThrownBy(() -> LockRace.on(proxy).run(2, (shop) -> shop.pay("42")))
			.withMessageContaining("opaque");
		opaque.setOpaque(false);
		opaque.setFrozen(true);
		Shop frozen = (Shop) opaque.getProxy();
		assertThatIllegalStateException().isThrownBy(() -> LockRace.on(frozen).run(2, (shop) -> shop.pay("42")))
			.withMessageContaining("frozen");
	}

	private static void overlapIsFound(LockRaceResult result, String... message) {
		assertThatExceptionOfType(AssertionError.class).isThrownBy(result::assertNoOverlap)
			.withMessageContaining("at the same time")
			.satisfies((error) -> assertThat(error).message().contains(message));
	}

	private static void overlapIsMissed(LockRaceResult result) {
		assertThatExceptionOfType(AssertionError.class).isThrownBy(result::assertOverlap)
			.withMessageContaining("one caller at a time");
	}

}
