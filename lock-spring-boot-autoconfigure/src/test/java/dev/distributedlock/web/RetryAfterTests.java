package dev.distributedlock.web;

import java.time.Duration;

import dev.distributedlock.LockHolder;
import dev.distributedlock.LockTimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RetryAfterTests {

	@Test
	void isTheTimeThatWasWaitedInVain() {
		assertThat(RetryAfter.seconds(busy(Duration.ofSeconds(5), null))).contains(5L);
		assertThat(RetryAfter.seconds(busy(Duration.ofSeconds(5), Duration.ofSeconds(27)))).contains(5L);
	}

	@Test
	void isNotLongerThanTheLeaseOfTheHolder() {
		assertThat(RetryAfter.seconds(busy(Duration.ofSeconds(5), Duration.ofSeconds(3)))).contains(3L);
	}

	@Test
	void partsOfSecondsCountAsSeconds() {
		assertThat(RetryAfter.seconds(busy(Duration.ofMillis(1001), null))).contains(2L);
		assertThat(RetryAfter.seconds(busy(Duration.ofSeconds(9), Duration.ofMillis(2500)))).contains(3L);
	}

	@Test
	void isOneSecondAtLeast() {
		assertThat(RetryAfter.seconds(busy(Duration.ZERO, Duration.ofSeconds(27)))).contains(1L);
		assertThat(RetryAfter.seconds(busy(Duration.ofSeconds(5), Duration.ofMillis(-2)))).contains(1L);
	}

	@Test
	void isNotMadeUp() {
		assertThat(RetryAfter.seconds(new LockTimeoutException("busy"))).isEmpty();
	}

	private static LockTimeoutException busy(Duration waitTime, @Nullable Duration remaining) {
		LockHolder holder = (remaining != null) ? new LockHolder("other", 7, Duration.ZERO, remaining) : null;
		return new LockTimeoutException("Lock 'stock:secret' not acquired", "stock", waitTime, holder);
	}

}
