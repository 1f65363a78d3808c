package dev.distributedlock.transaction;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import javax.sql.DataSource;

import dev.distributedlock.LockContext;
import dev.distributedlock.LockLease;
import dev.distributedlock.LockLostException;
import dev.distributedlock.LockOperations;
import dev.distributedlock.LockRequest;
import dev.distributedlock.annotation.DistributedLock;
import dev.distributedlock.annotation.OnLockLost;
import dev.distributedlock.backend.memory.InMemoryLockBackend;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionExecutionListener;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Transactions that begin inside of a lock which is lost before they commit: leases that
 * end after 50 ms, without renewal.
 */
@ExtendWith(OutputCaptureExtension.class)
class CommitCheckTests {

	private final ApplicationContextRunner runner = Database.context()
		.withPropertyValues("distributed-lock.defaults.lease-time=50ms", "distributed-lock.defaults.renew=false")
		.withBean(Payments.class)
		.withBean(Ledger.class);

	@Test
	void writesOfAHolderThatHasLostItsLockAreRolledBack() {
		this.runner.run((context) -> {
			assertThatExceptionOfType(LockLostException.class).isThrownBy(() -> context.getBean(Payments.class).late())
				.withMessageContaining("is rolled back instead of being committed")
				.withMessageContaining("Payments.late")
				.withMessageContaining("has passed without a successful renewal");
			assertThat(context.getBean(Database.class).payers()).isEmpty();
		});
	}

	@Test
	void writesInTimeAreCommitted() {
		this.runner.withPropertyValues("distributed-lock.defaults.lease-time=30s").run((context) -> {
			context.getBean(Payments.class).inTime();
			assertThat(context.getBean(Database.class).payers()).containsExactly("in time");
		});
	}

	@Test
	void nextHolderWritesAndTheStaleOneDoesNot() {
		this.runner.run((context) -> {
			Payments payments = context.getBean(Payments.class);
			assertThatExceptionOfType(LockLostException.class).isThrownBy(() -> payments.overtaken(payments));
			assertThat(context.getBean(Database.class).payers()).containsExactly("next");
		});
	}

	@Test
	void lockThatTheStoreHasForgottenRollsBack() {
		this.runner
			.withPropertyValues("distributed-lock.defaults.lease-time=300ms", "distributed-lock.defaults.renew=true")
			.run((context) -> {
				InMemoryLockBackend store = context.getBean(InMemoryLockBackend.class);
				assertThatExceptionOfType(LockLostException.class)
					.isThrownBy(() -> context.getBean(Payments.class).forgotten(store))
					.withMessageContaining("the store says that it is not held any more");
				assertThat(context.getBean(Database.class).payers()).isEmpty();
			});
	}

	@Test
	void lossIsOnlyLoggedWhereTheMethodSaysSo(CapturedOutput output) {
		this.runner.run((context) -> {
			context.getBean(Payments.class).careless();
			assertThat(context.getBean(Database.class).payers()).containsExactly("careless");
			assertThat(output).contains("Payments.careless() went on although its lock was lost");
		});
	}

	@Test
	void lossThatIsOnlyLoggedDoesNotHideThatOfAnotherLock() {
		this.runner.run((context) -> {
			assertThatExceptionOfType(LockLostException.class)
				.isThrownBy(() -> context.getBean(Ledger.class).lateAround(context.getBean(Payments.class)))
				.withMessageContaining("Lock 'ledger'");
			assertThat(context.getBean(Database.class).payers()).isEmpty();
		});
	}

	@Test
	void transactionOfAnotherBeanIsCheckedToo() {
		this.runner.run((context) -> {
			assertThatExceptionOfType(LockLostException.class)
				.isThrownBy(() -> context.getBean(Ledger.class).inTheMiddle());
			// The first of the two had been committed before the loss.
			assertThat(context.getBean(Database.class).payers()).containsExactly("before");
		});
	}

	@Test
	void newTransactionWithinAnotherIsRolledBackWithIt() {
		this.runner.run((context) -> {
			assertThatExceptionOfType(LockLostException.class)
				.isThrownBy(() -> context.getBean(Ledger.class).twoTransactions());
			assertThat(context.getBean(Database.class).payers()).isEmpty();
		});
	}

	@Test
	void exceptionOfTheMethodIsNotMasked() {
		this.runner.run((context) -> {
			assertThatIllegalStateException().isThrownBy(() -> context.getBean(Payments.class).failing())
				.withMessage("body");
			assertThat(context.getBean(Database.class).payers()).isEmpty();
		});
	}

	@Test
	void transactionOfCodeUnderALockIsChecked() {
		this.runner.run((context) -> {
			LockOperations locks = context.getBean(LockOperations.class);
			TransactionTemplate transaction = new TransactionTemplate(
					context.getBean(PlatformTransactionManager.class));
			Database database = context.getBean(Database.class);
			assertThatExceptionOfType(LockLostException.class)
				.isThrownBy(() -> locks.execute(LockRequest.of("orders"), (lease) -> transaction.execute((status) -> {
					database.insert("template");
					return awaitLoss();
				})));
			assertThat(database.payers()).isEmpty();
		});
	}

	@Test
	void transactionOnTheThreadThatRunsAStageIsChecked() {
		this.runner.run((context) -> {
			assertThatExceptionOfType(CompletionException.class)
				.isThrownBy(() -> context.getBean(Payments.class).stage().join())
				.withCauseInstanceOf(LockLostException.class);
			assertThat(context.getBean(Database.class).payers()).isEmpty();
			assertThat(context.getBean(Payments.class).carelessStage().join()).isEqualTo("done");
			assertThat(context.getBean(Database.class).payers()).containsExactly("careless stage");
		});
	}

	@Test
	void lossThatTheCallerHasCaughtRollsItsTransactionBack() {
		this.runner.run((context) -> {
			Payments payments = context.getBean(Payments.class);
			assertThatExceptionOfType(LockLostException.class)
				.isThrownBy(
						() -> context.getBean(TransactionTemplate.class)
							.executeWithoutResult((status) -> assertThatExceptionOfType(LockLostException.class)
								.isThrownBy(payments::plain)
								.withNoCause()))
				.withMessageContaining("is rolled back instead of being committed");
			assertThat(context.getBean(Database.class).payers()).isEmpty();
			assertThat(context.getBean(Database.class).held()).isZero();
		});
	}

	@Test
	void transactionThatKeepsALostLockIsRolledBackAlsoByAManagerWithoutListeners() {
		this.runner.withUserConfiguration(WithoutListeners.class).run((context) -> {
			TransactionTemplate transaction = new TransactionTemplate(
					context.getBean("withoutListeners", PlatformTransactionManager.class));
			assertThatExceptionOfType(LockLostException.class)
				.isThrownBy(() -> transaction.executeWithoutResult((status) -> {
					context.getBean(Payments.class).quick();
					awaitLoss();
				}))
				.withMessageContaining("is rolled back instead of being committed");
			assertThat(context.getBean(Database.class).payers()).isEmpty();
		});
	}

	@Test
	void transactionsThatKeepALostLockAreNotCheckedWhereThatIsSwitchedOff() {
		this.runner.withPropertyValues("distributed-lock.transaction.check-before-commit=false").run((context) -> {
			context.getBean(TransactionTemplate.class).executeWithoutResult((status) -> {
				context.getBean(Payments.class).quick();
				awaitLoss();
			});
			assertThat(context.getBean(Database.class).payers()).containsExactly("quick");
			assertThat(context.getBean(Database.class).held()).isZero();
		});
	}

	@Test
	void transactionsAreNotCheckedWhereThatIsSwitchedOff() {
		this.runner.withPropertyValues("distributed-lock.transaction.check-before-commit=false").run((context) -> {
			assertThatExceptionOfType(LockLostException.class).isThrownBy(() -> context.getBean(Payments.class).late())
				.withNoCause();
			assertThat(context.getBean(Database.class).payers()).containsExactly("late");
		});
	}

	@Test
	void managersWhoseListenersCannotBeChangedAreChecked() {
		this.runner.withUserConfiguration(UnmodifiableListeners.class).run((context) -> {
			assertThatExceptionOfType(LockLostException.class).isThrownBy(() -> context.getBean(Payments.class).late());
			assertThat(context.getBean(Database.class).payers()).isEmpty();
		});
	}

	static String awaitLoss() {
		// Nothing tells the end of a lease but the clock.
		LockLease lease = LockContext.current();
		Awaitility.await().pollInterval(Duration.ofMillis(5)).until(() -> !lease.isValid());
		return "done";
	}

	static class Payments {

		private final Database database;

		Payments(Database database) {
			this.database = database;
		}

		@Transactional
		@DistributedLock(name = "payments")
		public void inTime() {
			this.database.insert("in time");
		}

		@Transactional
		@DistributedLock(name = "payments")
		public void late() {
			this.database.insert("late");
			awaitLoss();
		}

		@Transactional
		@DistributedLock(name = "payments")
		public void failing() {
			insertLate();
			throw new IllegalStateException("body");
		}

		@Transactional
		@DistributedLock(name = "payments")
		public void overtaken(Payments proxy) {
			this.database.insert("stale");
			awaitLoss();
			CompletableFuture.runAsync(proxy::next).join();
		}

		@Transactional
		@DistributedLock(name = "payments", leaseTime = "30s")
		public void next() {
			this.database.insert("next");
		}

		@Transactional
		@DistributedLock(name = "payments")
		public void forgotten(InMemoryLockBackend store) {
			this.database.insert("forgotten");
			store.clear();
			awaitLoss();
		}

		@Transactional
		@DistributedLock(name = "payments", onLockLost = OnLockLost.LOG)
		public void careless() {
			this.database.insert("careless");
			awaitLoss();
		}

		@Transactional
		@DistributedLock(name = "payments")
		public CompletableFuture<String> stage() {
			this.database.insert("stage");
			return CompletableFuture.completedFuture(awaitLoss());
		}

		@Transactional
		@DistributedLock(name = "payments", onLockLost = OnLockLost.LOG)
		public CompletableFuture<String> carelessStage() {
			this.database.insert("careless stage");
			return CompletableFuture.completedFuture(awaitLoss());
		}

		@DistributedLock(name = "payments")
		public void plain() {
			insertLate();
		}

		@DistributedLock(name = "payments", leaseTime = "500ms")
		public void quick() {
			this.database.insert("quick");
		}

		@Transactional
		public void unlocked(String payer) {
			this.database.insert(payer);
		}

		@Transactional(propagation = Propagation.REQUIRES_NEW)
		public void onItsOwn() {
			this.database.insert("on its own");
			awaitLoss();
		}

		private void insertLate() {
			this.database.insert("late");
			awaitLoss();
		}

	}

	static class Ledger {

		private final Payments payments;

		Ledger(Payments payments) {
			this.payments = payments;
		}

		@DistributedLock(name = "ledger")
		public void lateAround(Payments payments) {
			payments.careless();
		}

		@DistributedLock(name = "ledger")
		public void inTheMiddle() {
			this.payments.unlocked("before");
			awaitLoss();
			this.payments.unlocked("after");
		}

		@Transactional
		@DistributedLock(name = "ledger")
		public void twoTransactions() {
			this.payments.unlocked("outer");
			this.payments.onItsOwn();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class UnmodifiableListeners {

		@Bean
		JdbcTransactionManager transactionManager(DataSource source) {
			JdbcTransactionManager manager = new JdbcTransactionManager(source);
			manager.setTransactionExecutionListeners(List.of(new TransactionExecutionListener() {
			}));
			return manager;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class WithoutListeners {

		@Bean
		PlatformTransactionManager withoutListeners(DataSource source) {
			JdbcTransactionManager delegate = new JdbcTransactionManager(source);
			return new PlatformTransactionManager() {

				@Override
				public TransactionStatus getTransaction(TransactionDefinition definition) {
					return delegate.getTransaction(definition);
				}

				@Override
				public void commit(TransactionStatus status) {
					delegate.commit(status);
				}

				@Override
				public void rollback(TransactionStatus status) {
					delegate.rollback(status);
				}

			};
		}

	}

}
