package dev.distributedlock.transaction;

import dev.distributedlock.LockOperations;
import dev.distributedlock.LockRequest;
import dev.distributedlock.annotation.DistributedLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What is told of locks that are taken in an active transaction.
 */
@ExtendWith(OutputCaptureExtension.class)
class ActiveTransactionNoticeTests {

	private static final String FAIL = "distributed-lock.transaction.active-transaction=fail";

	private final ApplicationContextRunner runner = Database.context().withBean(Payments.class).withBean(Shop.class);

	@Test
	void oneWarningForEachMethodNamesTheTransaction(CapturedOutput output) {
		this.runner.run((context) -> {
			Shop shop = context.getBean(Shop.class);
			shop.checkout();
			shop.checkout();
			assertThat(output).containsOnlyOnce("Payments.pay(String) takes lock [payments] inside of transaction '"
					+ Shop.class.getName() + ".checkout', which is already active. The lock is held until the "
					+ "transaction is over.");
			assertThat(output).containsOnlyOnce("Payments.refund(String) takes lock [payments]");
		});
	}

	@Test
	void releaseOnReturnIsToldAsWhatItIs(CapturedOutput output) {
		this.runner.withPropertyValues("distributed-lock.transaction.active-transaction=release-on-return")
			.run((context) -> {
				context.getBean(Shop.class).checkout();
				assertThat(output).contains("the next holder does not see what was written under it");
			});
	}

	@Test
	void nothingIsToldOfTransactionsInsideOfTheLock(CapturedOutput output) {
		this.runner.run((context) -> {
			context.getBean(Payments.class).transactional("a");
			assertThat(context.getBean(Database.class).payers()).containsExactly("a");
			assertThat(output).doesNotContain("inside of transaction");
		});
	}

	@Test
	void nothingIsToldOfLocksThatWereTakenBeforeTheTransaction(CapturedOutput output) {
		this.runner.withPropertyValues(FAIL).run((context) -> {
			context.getBean(Shop.class).lockedCheckout("a");
			assertThat(context.getBean(Database.class).payers()).containsExactly("a");
			assertThat(output).doesNotContain("inside of transaction");
		});
	}

	@Test
	void callIsRefusedWhereThatIsConfigured() {
		this.runner.withPropertyValues(FAIL).run((context) -> {
			assertThatExceptionOfType(IllegalTransactionStateException.class)
				.isThrownBy(() -> context.getBean(Shop.class).checkout())
				.withMessageContaining("Payments.pay(String) would take lock [payments] inside of transaction '")
				.withMessageContaining("Shop.checkout")
				.withMessageContaining("no lock was taken, and the method did not run")
				.withMessageContaining("distributed-lock.aop.order");
			assertThat(context.getBean(Database.class).payers()).isEmpty();
			assertThat(context.getBean(Database.class).held()).isZero();
		});
	}

	@Test
	void operationsAreRefusedToo() {
		this.runner.withPropertyValues(FAIL)
			.run((context) -> context.getBean(TransactionTemplate.class)
				.executeWithoutResult((status) -> assertThatExceptionOfType(IllegalTransactionStateException.class)
					.isThrownBy(() -> context.getBean(LockOperations.class)
						.execute(LockRequest.of("orders"), (lease) -> "done"))
					.withMessageContaining("LockOperations of lock 'orders'")));
	}

	static class Payments {

		private final Database database;

		Payments(Database database) {
			this.database = database;
		}

		@DistributedLock(name = "payments", key = "#payer")
		public void pay(String payer) {
			this.database.insert(payer);
		}

		@DistributedLock(name = "payments", key = "#payer")
		public void refund(String payer) {
		}

		@Transactional
		@DistributedLock(name = "payments", key = "#payer")
		public void transactional(String payer) {
			this.database.insert(payer);
		}

	}

	static class Shop {

		private final Payments payments;

		Shop(Payments payments) {
			this.payments = payments;
		}

		@Transactional
		public void checkout() {
			this.payments.pay("a");
			this.payments.pay("b");
			this.payments.refund("c");
		}

		@Transactional
		@DistributedLock(name = "payments", key = "#payer")
		public void lockedCheckout(String payer) {
			this.payments.pay(payer);
		}

	}

}
