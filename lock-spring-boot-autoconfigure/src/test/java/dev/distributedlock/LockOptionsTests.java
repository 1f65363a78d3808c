package dev.distributedlock;

import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class LockOptionsTests {

	private static final Duration SECOND = Duration.ofSeconds(1);

	@Test
	void configuredNameWinsOverCodeAndCodeOverDefaults() {
		LockSettings settings = new LockSettings(new LockOptions(SECOND, null, null),
				Map.of("orders", new LockOptions(SECOND.multipliedBy(2), null, null)));
		LockOptions asked = new LockOptions(SECOND.multipliedBy(3), SECOND.multipliedBy(4), false, Duration.ZERO);
		assertThat(settings.resolve("orders", asked))
			.isEqualTo(new LockOptions(SECOND.multipliedBy(2), SECOND.multipliedBy(4), false, Duration.ZERO));
		assertThat(settings.resolve("other", asked)).isEqualTo(asked);
		assertThat(settings.resolve("other", LockOptions.NONE))
			.isEqualTo(new LockOptions(SECOND, Duration.ofSeconds(30), true, Duration.ZERO));
	}

	@Test
	void leaseThatWouldEndAtOnceOrNeverIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> new LockOptions(null, Duration.ofNanos(500_000), null))
			.withMessage("'leaseTime' must be between PT0.01S and PT24H but was PT0.0005S");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new LockOptions(null, Duration.ofSeconds(Long.MAX_VALUE), null));
		assertThatIllegalArgumentException().isThrownBy(() -> new LockOptions(null, Duration.ZERO, null));
	}

	@Test
	void negativeWaitIsRefusedAndAnEndlessOneIsNot() {
		assertThatIllegalArgumentException().isThrownBy(() -> new LockOptions(SECOND.negated(), null, null))
			.withMessage("'waitTime' must not be negative but was PT-1S");
		assertThat(LockRequest.of("orders").waitAtMost(Duration.ofSeconds(Long.MAX_VALUE)).options().waitTime())
			.isPositive();
	}

	@Test
	void requestNeedsAName() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new LockRequest(" ", LockKey.of("orders"), LockOptions.NONE));
	}

	@Test
	void limitIsNotExtendedByWhatIsConfigured() {
		LockSettings settings = new LockSettings(LockOptions.NONE,
				Map.of("orders", new LockOptions(SECOND.multipliedBy(9), null, null)));
		LockRequest limited = LockRequest.of("orders")
			.waitAtMost(SECOND)
			.leaseFor(SECOND)
			.renewed(false)
			.within(SECOND);
		assertThat(settings.resolve("orders", limited.options()))
			.isEqualTo(new LockOptions(SECOND, SECOND, false, Duration.ZERO));
		assertThat(settings.resolve("orders", limited.within(Duration.ZERO).renewed(true).options()).waitTime())
			.isZero();
	}

	@Test
	void limitDoesNotExtendAShorterWait() {
		LockSettings settings = new LockSettings(LockOptions.NONE, Map.of());
		LockRequest limited = LockRequest.of("orders").within(SECOND.multipliedBy(9)).waitAtMost(SECOND);
		assertThat(settings.resolve("orders", limited.options()).waitTime()).isEqualTo(SECOND);
		assertThat(settings.resolve("orders", limited.options()).waitLimit()).isNull();
		assertThatIllegalArgumentException().isThrownBy(() -> LockRequest.of("orders").within(SECOND.negated()))
			.withMessage("'waitLimit' must not be negative but was PT-1S");
	}

}
