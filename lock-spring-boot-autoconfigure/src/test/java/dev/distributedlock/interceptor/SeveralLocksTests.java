package dev.distributedlock.interceptor;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

import dev.distributedlock.LockKey;
import dev.distributedlock.LockOptions;
import dev.distributedlock.LockRequest;
import dev.distributedlock.LockSettings;
import dev.distributedlock.LockTimeoutException;
import dev.distributedlock.annotation.DistributedLock;
import dev.distributedlock.annotation.OnFailure;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Several locks around one call: one order, one budget, all or none.
 */
class SeveralLocksTests {

	private static final LockOptions FIVE_SECONDS = new LockOptions(Duration.ofSeconds(5), null, null);

	@Test
	void repeatedAnnotationsAreTakenInOneOrderAndReleasedInReverse() {
		LockedBeans.with(Transfers.class, (transfers, locks) -> {
			transfers.repeated("1");
			assertThat(locks.keys()).containsExactly(LockKey.of("accounts", "1"), LockKey.of("accounts", "2"),
					LockKey.of("ledger"));
			assertThat(locks.releases()).containsExactly(LockKey.of("ledger"), LockKey.of("accounts", "2"),
					LockKey.of("accounts", "1"));
		});
	}

	@Test
	void equalKeysAreTakenOnce() {
		LockedBeans.with(Transfers.class, (transfers, locks) -> {
			transfers.transfer("a", "a");
			assertThat(locks.keys()).containsExactly(LockKey.of("accounts", "a"));
			assertThat(locks.releases()).hasSize(1);
		});
	}

	@Test
	void orderIsThatOfUnsignedBytesAndNotOfStrings() {
		// In UTF-16 the surrogates of the last one would come before U+FFFD.
		List<String> ordered = List.of("A", "a", "\u00E4", "\uFFFD", "\uD83D\uDE00");
		LockedBeans.with(Transfers.class, (transfers, locks) -> {
			transfers.all(List.of(ordered.get(4), ordered.get(3), ordered.get(1), ordered.get(2), ordered.get(0)));
			assertThat(locks.keys())
				.containsExactlyElementsOf(ordered.stream().map((key) -> LockKey.of("accounts", key)).toList());
		});
	}

	@Test
	void busyLockGivesBackAllOthersInReverse() {
		LockedBeans.with(Transfers.class, (transfers, locks) -> {
			locks.busy(LockKey.of("accounts", "c"));
			assertThatExceptionOfType(LockTimeoutException.class)
				.isThrownBy(() -> transfers.all(List.of("d", "c", "b", "a")));
			assertThat(locks.keys()).hasSize(3).doesNotContain(LockKey.of("accounts", "d"));
			assertThat(locks.releases()).containsExactly(LockKey.of("accounts", "b"), LockKey.of("accounts", "a"));
			assertThat(transfers.runs()).isZero();
		});
	}

	@Test
	void reactionOfOneAnnotationHoldsForAll() {
		LockedBeans.with(Transfers.class, (transfers, locks) -> {
			locks.busy(LockKey.of("ledger"));
			assertThat(transfers.repeated("1")).isNull();
			assertThat(locks.releases()).hasSize(2);
			assertThat(transfers.runs()).isZero();
		});
	}

	@Test
	void waitTimesCountFromTheBeginningOfTheCall() {
		AtomicLong nanos = new AtomicLong();
		LockBudget.Running call = new LockBudget(() -> new LockSettings(LockOptions.NONE, Map.of()), nanos::get)
			.start();
		LockRequest request = LockRequest.of("accounts", "a").waitAtMost(Duration.ofSeconds(5));
		assertThat(call.limit(request).options().waitLimit()).isEqualTo(Duration.ofSeconds(5));
		nanos.addAndGet(Duration.ofSeconds(3).toNanos());
		assertThat(call.limit(request).options().waitLimit()).isEqualTo(Duration.ofSeconds(2));
		nanos.addAndGet(Duration.ofSeconds(3).toNanos());
		assertThat(call.limit(request).options().waitLimit()).isEqualTo(Duration.ZERO);
	}

	@Test
	void budgetIsNotExtendedByAWaitTimeThatIsConfigured() {
		LockSettings settings = new LockSettings(LockOptions.NONE, Map.of("accounts", FIVE_SECONDS));
		AtomicLong nanos = new AtomicLong();
		LockBudget.Running call = new LockBudget(() -> settings, nanos::get).start();
		nanos.addAndGet(Duration.ofSeconds(4).toNanos());
		LockRequest limited = call.limit(LockRequest.of("accounts", "a").waitAtMost(Duration.ofSeconds(60)));
		assertThat(settings.resolve("accounts", limited.options()).waitTime()).isEqualTo(Duration.ofSeconds(1));
	}

	@Test
	void callsOfOneLockAreNotLimited() {
		LockedBeans.with(Transfers.class, (transfers, locks) -> {
			transfers.all(List.of("a"));
			assertThat(locks.last().options()).isEqualTo(LockOptions.NONE);
			transfers.all(List.of("a", "b"));
			assertThat(locks.last().options().waitLimit()).isPositive();
		});
	}

	static class Transfers {

		private int runs;

		public int runs() {
			return this.runs;
		}

		@DistributedLock(name = "ledger")
		@DistributedLock(name = "accounts", key = "2", onFailure = OnFailure.SKIP)
		@DistributedLock(name = "accounts", key = "#id")
		public String repeated(String id) {
			this.runs++;
			return id;
		}

		@DistributedLock(name = "accounts", key = "#from")
		@DistributedLock(name = "accounts", key = "#to")
		public void transfer(String from, String to) {
			this.runs++;
		}

		@DistributedLock(name = "accounts", key = "#ids")
		public void all(List<String> ids) {
			this.runs++;
		}

	}

}
