package dev.distributedlock.transaction;

import java.util.List;
import java.util.concurrent.CompletableFuture;

import dev.distributedlock.annotation.DistributedLock;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.transaction.annotation.Isolation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The trap that {@code docs/transactions.md} tells of, and its remedy: what a transaction
 * with REPEATABLE READ sees that has read before its lock was taken.
 */
class SnapshotTests {

	private final ApplicationContextRunner runner = Database.context().withBean(Payments.class).withBean(Shop.class);

	@Test
	void transactionThatBeganBeforeItsLockDoesNotSeeWhatTheHolderBeforeHasWritten() {
		this.runner.run((context) -> {
			assertThat(context.getBean(Shop.class).checkoutInTransaction()).isEmpty();
			assertThat(context.getBean(Database.class).payers()).containsExactly("other");
		});
	}

	@Test
	void transactionThatBeginsInsideOfItsLockDoes() {
		this.runner.run((context) -> assertThat(context.getBean(Shop.class).checkout()).containsExactly("other"));
	}

	@Test
	void templateInsideOfTheLockDoes() {
		this.runner.run((context) -> {
			context.getBean(Payments.class).pay("other");
			assertThat(context.getBean(Payments.class).readWith(context.getBean(TransactionTemplate.class)))
				.containsExactly("other");
		});
	}

	static class Payments {

		private final Database database;

		Payments(Database database) {
			this.database = database;
		}

		@DistributedLock(name = "payments")
		@Transactional
		public void pay(String payer) {
			this.database.insert(payer);
		}

		@DistributedLock(name = "payments")
		@Transactional(isolation = Isolation.REPEATABLE_READ)
		public List<String> read() {
			return this.database.payers();
		}

		@DistributedLock(name = "payments")
		public List<String> readWith(TransactionTemplate transaction) {
			return transaction.execute((status) -> this.database.payers());
		}

	}

	static class Shop {

		private final Payments payments;

		private final Database database;

		Shop(Payments payments, Database database) {
			this.payments = payments;
			this.database = database;
		}

		@Transactional(isolation = Isolation.REPEATABLE_READ)
		public List<String> checkoutInTransaction() {
			return checkout();
		}

		public List<String> checkout() {
			assertThat(this.database.payers()).isEmpty();
			CompletableFuture.runAsync(() -> this.payments.pay("other")).join();
			return this.payments.read();
		}

	}

}
