package dev.distributedlock.transaction;

import java.util.ArrayList;
import java.util.List;

import dev.distributedlock.annotation.DistributedLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * A method with a lock and a transaction, whatever the order of the two: nobody gets the
 * lock before what was written under it is committed.
 */
@ExtendWith(OutputCaptureExtension.class)
class TransactionOrderTests {

	private final ApplicationContextRunner runner = Database.context().withBean(Payments.class);

	@Test
	void lockIsOutsideOfTheTransactionAndOutlivesItsCallbacks(CapturedOutput output) {
		assertLockOutlivesTransaction(this.runner);
		assertThat(output).doesNotContain("begins before its lock is taken").doesNotContain("inside of transaction");
	}

	@Test
	void transactionsOfLowestPrecedenceAreInsideOfTheLock(CapturedOutput output) {
		assertLockOutlivesTransaction(this.runner.withUserConfiguration(Innermost.class));
		assertThat(output).doesNotContain("begins before its lock is taken").doesNotContain("inside of transaction");
	}

	@Test
	void lockOutlivesTransactionsOfHighestPrecedence(CapturedOutput output) {
		assertLockOutlivesTransaction(this.runner.withUserConfiguration(Outermost.class));
		assertThat(output)
			.containsOnlyOnce("Transactions have the order " + Ordered.HIGHEST_PRECEDENCE + " and locks 2147483547")
			.containsOnlyOnce("Payments.pay(boolean) takes lock [payments] inside of transaction '"
					+ Payments.class.getName() + ".pay'");
	}

	@Test
	void lockOutlivesTransactionsOfAnOrderBeforeIt(CapturedOutput output) {
		assertLockOutlivesTransaction(this.runner.withUserConfiguration(Early.class));
		assertThat(output).containsOnlyOnce("set distributed-lock.aop.order to less than 100");
	}

	@Test
	void orderOfTheLockCanBeMovedOutsideOfAnyTransaction(CapturedOutput output) {
		assertLockOutlivesTransaction(
				this.runner.withUserConfiguration(Early.class).withPropertyValues("distributed-lock.aop.order=99"));
		assertThat(output).doesNotContain("begins before its lock is taken").doesNotContain("inside of transaction");
	}

	@ParameterizedTest
	@ValueSource(classes = { Innermost.class, Early.class, Outermost.class })
	void lockOutlivesTheRollback(Class<?> order) {
		this.runner.withUserConfiguration(order).run((context) -> {
			Payments payments = context.getBean(Payments.class);
			assertThatIllegalStateException().isThrownBy(() -> payments.pay(true)).withMessage("body");
			assertThat(payments.seen()).containsExactly("body true", "completion true");
			assertThat(context.getBean(Database.class).payers()).isEmpty();
			assertThat(context.getBean(Database.class).locked("payments")).isFalse();
		});
	}

	private static void assertLockOutlivesTransaction(ApplicationContextRunner runner) {
		runner.run((context) -> {
			Payments payments = context.getBean(Payments.class);
			payments.pay(false);
			assertThat(payments.seen()).containsExactly("body true", "commit true", "completion true");
			assertThat(context.getBean(Database.class).payers()).containsExactly("a");
			assertThat(context.getBean(Database.class).locked("payments")).isFalse();
		});
	}

	static class Payments {

		private final List<String> seen = new ArrayList<>();

		private final Database database;

		Payments(Database database) {
			this.database = database;
		}

		public List<String> seen() {
			return this.seen;
		}

		@Transactional
		@DistributedLock(name = "payments")
		public void pay(boolean fail) {
			this.database.insert("a");
			see("body");
			TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

				@Override
				public void afterCommit() {
					see("commit");
				}

				@Override
				public void afterCompletion(int status) {
					see("completion");
				}

			});
			if (fail) {
				throw new IllegalStateException("body");
			}
		}

		private void see(String event) {
			this.seen.add(event + " " + this.database.locked("payments"));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableTransactionManagement(order = Ordered.LOWEST_PRECEDENCE)
	static class Innermost {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableTransactionManagement(order = Ordered.HIGHEST_PRECEDENCE)
	static class Outermost {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableTransactionManagement(order = 100)
	static class Early {

	}

}
