package dev.distributedlock.test;

import java.time.Duration;

import dev.distributedlock.LockLease;
import dev.distributedlock.LockRequest;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Each assertion holds when it should, and says enough when it does not.
 */
class TestLocksAssertTests {

	private final TestLocks locks = new TestLocks();

	@AfterEach
	void close() {
		this.locks.close();
	}

	@Test
	void usesOfALock() {
		use("orders", 42);
		use("orders", 42);
		assertThat(this.locks).acquired("orders", 42).times(2).released();
		fails(() -> assertThat(this.locks).acquired("orders", 42).once(), "'orders:42'", "1 times but it was 2 times");
		fails(() -> assertThat(this.locks).acquired("orders", 42).lost(), "'orders:42'", "lost", "RELEASED");
		fails(() -> assertThat(this.locks).acquired("orders", 42).stillHeld(), "held still", "RELEASED");
		fails(() -> assertThat(this.locks).acquired("orders", 43), "'orders:43'", "but it acquired", "'orders:42'",
				"refused%n  nothing".formatted());
		fails(() -> assertThat(this.locks).neverAcquired("orders", 42), "'orders:42'", "never", "token");
		assertThat(this.locks).neverAcquired("orders", 43);
	}

	@Test
	void lockThatIsHeld() {
		fails(() -> assertThat(this.locks).isHeld("orders", 42), "'orders:42'", "holds%n  nothing".formatted());
		try (LockLease lease = this.locks.registry().acquire(LockRequest.of("orders", 42))) {
			assertThat(this.locks).isHeld("orders", 42).isFree("orders", 43);
			assertThat(this.locks).acquired("orders", 42).stillHeld();
			fails(() -> assertThat(this.locks).acquired("orders", 42).released(), "released", "HELD");
			fails(() -> assertThat(this.locks).holdsNothing(), "'orders:42'", Thread.currentThread().getName());
			fails(() -> assertThat(this.locks).isFree("orders", 42), "'orders:42'", "held by", "'test'",
					String.valueOf(lease.token()));
		}
		assertThat(this.locks).holdsNothing().isFree("orders", 42);
	}

	@Test
	void lockThatIsHeldElsewhereIsNotHeldHere() {
		this.locks.holdElsewhere("orders", 42);
		fails(() -> assertThat(this.locks).isHeld("orders", 42), "'orders:42'");
		fails(() -> assertThat(this.locks).isFree("orders", 42), "'elsewhere'");
		assertThat(this.locks).holdsNothing();
	}

	@Test
	void lockThatWasRefused() {
		fails(() -> assertThat(this.locks).wasRefused("orders", 42), "'orders:42'", "refused");
		this.locks.holdElsewhere("orders", 42);
		assertThat(this.locks.registry().tryAcquire(LockRequest.of("orders", 42).waitAtMost(Duration.ZERO))).isEmpty();
		assertThat(this.locks).wasRefused("orders", 42);
		fails(() -> assertThat(this.locks).acquired("orders", 42), "refused", "'orders:42' (LockTimeoutException)");
		fails(() -> assertThat(this.locks).isWaitedFor("orders", 42), "'orders:42'",
				"waits for%n  nothing".formatted());
	}

	private void use(String name, Object key) {
		this.locks.operations().execute(LockRequest.of(name, key), LockLease::token);
	}

	private static void fails(ThrowingCallable assertion, String... message) {
		assertThatExceptionOfType(AssertionError.class).isThrownBy(assertion)
			.satisfies((error) -> assertThat(error).message().contains(message));
	}

}
