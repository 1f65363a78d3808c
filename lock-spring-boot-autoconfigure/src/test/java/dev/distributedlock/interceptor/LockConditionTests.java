package dev.distributedlock.interceptor;

import java.util.ArrayList;
import java.util.List;

import dev.distributedlock.InvalidLockConditionException;
import dev.distributedlock.LockDefinition;
import dev.distributedlock.LockKey;
import dev.distributedlock.LockListener;
import dev.distributedlock.annotation.DistributedLock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A call runs without its lock if its condition says so, and only then.
 */
class LockConditionTests {

	private final ApplicationContextRunner runner = LockedBeans.context().withBean("limits", Limits.class);

	@Test
	void methodRunsWithoutLockWhereConditionIsFalse() {
		LockedBeans.with(this.runner, Transfers.class, Transfers.class, (transfers, locks) -> {
			transfers.pay("a", 99);
			assertThat(locks.requests()).isEmpty();
			transfers.pay("a", 100);
			assertThat(locks.keys()).containsExactly(LockKey.of("accounts", "a"));
			assertThat(transfers.runs()).isEqualTo(2);
		});
	}

	@Test
	void listenersAreToldOfCallsThatRunWithoutALockAndCannotStopThem() {
		List<String> bypassed = new ArrayList<>();
		LockListener recording = new LockListener() {

			@Override
			public void bypassed(LockDefinition lock) {
				bypassed.add(lock.name());
				throw new IllegalStateException("listener");
			}

		};
		LockedBeans.with(this.runner.withBean(LockListener.class, () -> recording), Transfers.class, Transfers.class,
				(transfers, locks) -> {
					transfers.pay("a", 100);
					assertThat(bypassed).isEmpty();
					transfers.pay("a", 99);
					assertThat(bypassed).containsExactly("accounts");
					assertThat(transfers.runs()).isEqualTo(2);
				});
	}

	@Test
	void keyIsNotAskedForWhereConditionIsFalse() {
		LockedBeans.with(this.runner, Transfers.class, Transfers.class, (transfers, locks) -> {
			transfers.optional(null);
			assertThat(locks.requests()).isEmpty();
			assertThat(transfers.runs()).isEqualTo(1);
			transfers.optional("b");
			assertThat(locks.keys()).containsExactly(LockKey.of("b"));
		});
	}

	@Test
	void conditionReadsTheCallAndBeans() {
		LockedBeans.with(this.runner, Transfers.class, Transfers.class, (transfers, locks) -> {
			transfers.limited(9);
			transfers.limited(10);
			assertThat(locks.requests()).hasSize(1);
		});
	}

	@Test
	void whatIsNoBooleanIsRefusedAndTheMethodDoesNotRun() {
		LockedBeans.with(this.runner, Transfers.class, Transfers.class, (transfers, locks) -> {
			assertThatExceptionOfType(InvalidLockConditionException.class).isThrownBy(() -> transfers.flagged(null))
				.withMessageContainingAll("#flag", "Transfers.flagged(Object)", "gave null", "was not called");
			assertThatExceptionOfType(InvalidLockConditionException.class).isThrownBy(() -> transfers.flagged("true"))
				.withMessageContaining("gave a java.lang.String");
			assertThatExceptionOfType(InvalidLockConditionException.class).isThrownBy(() -> transfers.read(null))
				.withMessageContaining("could not be evaluated");
			assertThat(transfers.runs()).isZero();
			assertThat(locks.requests()).isEmpty();
			transfers.flagged(Boolean.TRUE);
			assertThat(locks.requests()).hasSize(1);
		});
	}

	static class Limits {

		public boolean reached(int amount) {
			return amount >= 10;
		}

	}

	static class Transfers {

		private int runs;

		public int runs() {
			return this.runs;
		}

		@DistributedLock(name = "accounts", key = "#account", condition = "#amount >= 100")
		public void pay(String account, int amount) {
			this.runs++;
		}

		@DistributedLock(key = "#account", condition = "#account != null")
		public void optional(@Nullable String account) {
			this.runs++;
		}

		@DistributedLock(condition = "#root.methodName == 'limited' and @limits.reached(#p0)")
		public void limited(int amount) {
			this.runs++;
		}

		@DistributedLock(condition = "#flag")
		public void flagged(@Nullable Object flag) {
			this.runs++;
		}

		@DistributedLock(condition = "#text.length() > 1")
		public void read(@Nullable String text) {
			this.runs++;
		}

	}

}
