package com.example.shop;

import dev.distributedlock.InvalidLockKeyException;
import dev.distributedlock.LockTimeoutException;
import dev.distributedlock.test.AutoConfigureTestLocks;
import dev.distributedlock.test.LockRace;
import dev.distributedlock.test.TestLocks;
import org.junit.jupiter.api.Test;

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

}
