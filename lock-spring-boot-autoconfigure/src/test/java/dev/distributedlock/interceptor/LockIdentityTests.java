package dev.distributedlock.interceptor;

import java.time.Duration;

import dev.distributedlock.LockKey;
import dev.distributedlock.LockOptions;
import dev.distributedlock.LockRequest;
import dev.distributedlock.annotation.DistributedLock;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is locked: names, keys and options of the requests that annotated methods make.
 */
class LockIdentityTests {

	@Test
	void nameAndKeyAreOnePartEach() {
		LockedBeans.with(Orders.class, (orders, locks) -> {
			orders.nameAndKey(new Order("a:b"));
			assertThat(locks.last())
				.isEqualTo(new LockRequest("orders", LockKey.of("orders", "a:b"), LockOptions.NONE));
		});
	}

	@Test
	void keyAloneIsApplicationWideAndLabelledByItsMethod() {
		LockedBeans.with(Orders.class, (orders, locks) -> {
			orders.keyAlone(42);
			assertThat(locks.last().key()).isEqualTo(LockKey.of(42));
			assertThat(locks.last().name()).isEqualTo("Orders.keyAlone");
		});
	}

	@Test
	void nameAloneIsOneLock() {
		LockedBeans.with(Orders.class, (orders, locks) -> {
			orders.nameAlone();
			assertThat(locks.last().key()).isEqualTo(LockKey.of("nightly"));
			assertThat(locks.last().name()).isEqualTo("nightly");
		});
	}

	@Test
	void neitherIsTheMethod() {
		LockedBeans.with(Orders.class, (orders, locks) -> {
			orders.neither("x");
			assertThat(locks.last().key()).isEqualTo(LockKey.of(Orders.class.getName() + ".neither"));
			assertThat(locks.last().name()).isEqualTo("Orders.neither");
		});
	}

	@Test
	void overloadsAreToldApartByParameterTypes() {
		LockedBeans.with(Orders.class, (orders, locks) -> {
			orders.overloaded("x");
			LockKey one = locks.last().key();
			orders.overloaded(1);
			assertThat(one).isEqualTo(LockKey.of(Orders.class.getName() + ".overloaded(java.lang.String)"));
			assertThat(locks.last().key()).isEqualTo(LockKey.of(Orders.class.getName() + ".overloaded(int)"));
			assertThat(locks.last().name()).isEqualTo("Orders.overloaded");
		});
	}

	@Test
	void placeholdersAreReplacedInNameAndTimes() {
		LockedBeans.with(LockedBeans.context().withPropertyValues("app.name=from-env", "app.wait=3s", "app.lease=PT1M"),
				Placeholders.class, Placeholders.class, (bean, locks) -> {
					bean.run();
					assertThat(locks.last()).isEqualTo(new LockRequest("from-env", LockKey.of("from-env"),
							new LockOptions(Duration.ofSeconds(3), Duration.ofMinutes(1), null)));
				});
	}

	@Test
	void timesAreSimpleOrIso() {
		LockedBeans.with(Times.class, (times, locks) -> {
			times.simple();
			assertThat(locks.last().options())
				.isEqualTo(new LockOptions(Duration.ofSeconds(5), Duration.ofMillis(500), null));
			times.iso();
			assertThat(locks.last().options())
				.isEqualTo(new LockOptions(Duration.ofSeconds(5), Duration.ofMinutes(2), null));
			times.tryOnce();
			assertThat(locks.last().options()).isEqualTo(new LockOptions(Duration.ZERO, null, null));
		});
	}

	record Order(String id) {
	}

	static class Orders {

		@DistributedLock(name = "orders", key = "#order.id")
		public void nameAndKey(Order order) {
		}

		@DistributedLock("#id")
		public void keyAlone(int id) {
		}

		@DistributedLock(name = "nightly")
		public void nameAlone() {
		}

		@DistributedLock
		public void neither(String argument) {
		}

		@DistributedLock
		public void overloaded(String argument) {
		}

		@DistributedLock
		public void overloaded(int argument) {
		}

	}

	static class Placeholders {

		@DistributedLock(name = "${app.name}", waitTime = "${app.wait}", leaseTime = "${app.lease}")
		public void run() {
		}

	}

	static class Times {

		@DistributedLock(waitTime = "5s", leaseTime = "500ms")
		public void simple() {
		}

		@DistributedLock(waitTime = "PT5S", leaseTime = "PT2M")
		public void iso() {
		}

		@DistributedLock(waitTime = "0")
		public void tryOnce() {
		}

	}

}
