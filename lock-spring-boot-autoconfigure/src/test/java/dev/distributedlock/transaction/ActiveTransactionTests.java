package dev.distributedlock.transaction;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.BiConsumer;

import dev.distributedlock.LockContext;
import dev.distributedlock.LockOperations;
import dev.distributedlock.LockRegistry;
import dev.distributedlock.LockRequest;
import dev.distributedlock.LockTimeoutException;
import dev.distributedlock.annotation.DistributedLock;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Locks that are taken while a transaction is active: held until that one is over.
 */
class ActiveTransactionTests {

	private final ApplicationContextRunner runner = Database.context().withBean(Payments.class);

	@Test
	void lockIsHeldUntilAfterTheCommit() {
		with((transaction, payments) -> {
			Database database = payments.database();
			transaction.executeWithoutResult((status) -> {
				payments.pay("a");
				assertThat(database.locked("payments", "a")).isTrue();
			});
			assertThat(database.locked("payments", "a")).isFalse();
			assertThat(database.payers()).containsExactly("a");
			assertThat(LockContext.leases()).isEmpty();
		});
	}

	@Test
	void nextHolderSeesWhatWasCommitted() {
		with((transaction, payments) -> {
			CountDownLatch paid = new CountDownLatch(1);
			CompletableFuture<List<String>> seen = CompletableFuture.supplyAsync(() -> {
				await(paid);
				return payments.read("a");
			});
			transaction.executeWithoutResult((status) -> {
				payments.pay("a");
				paid.countDown();
			});
			assertThat(seen.join()).containsExactly("a");
		});
	}

	@Test
	void lockIsHeldUntilAfterTheRollback() {
		with((transaction, payments) -> {
			assertThatIllegalStateException().isThrownBy(() -> transaction.executeWithoutResult((status) -> {
				payments.pay("a");
				assertThat(payments.database().locked("payments", "a")).isTrue();
				throw new IllegalStateException("outer");
			}));
			assertThat(payments.database().locked("payments", "a")).isFalse();
			assertThat(payments.database().payers()).isEmpty();
		});
	}

	@Test
	void lockOfAFailedCallIsHeldUntilTheTransactionIsOver() {
		with((transaction, payments) -> {
			transaction.executeWithoutResult((status) -> {
				assertThatIllegalStateException().isThrownBy(() -> payments.failing("a")).withMessage("body");
				assertThat(payments.database().locked("payments", "a")).isTrue();
			});
			assertThat(payments.database().locked("payments", "a")).isFalse();
		});
	}

	@Test
	void callbacksOfTheTransactionRunUnderTheLock() {
		with((transaction, payments) -> {
			List<String> seen = new ArrayList<>();
			transaction.executeWithoutResult((status) -> {
				payments.pay("a");
				// After the one that releases, and of the same order.
				TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

					@Override
					public void afterCommit() {
						seen.add("commit " + payments.database().locked("payments", "a"));
					}

					@Override
					public void afterCompletion(int status) {
						seen.add("completion " + payments.database().locked("payments", "a"));
					}

				});
			});
			assertThat(seen).containsExactly("commit true", "completion true");
			assertThat(payments.database().locked("payments", "a")).isFalse();
		});
	}

	@Test
	void lockThatIsTakenAfterTheCommitIsReleasedToo() {
		with((transaction, payments) -> {
			List<Boolean> locked = new ArrayList<>();
			transaction.executeWithoutResult((status) -> TransactionSynchronizationManager
				.registerSynchronization(new TransactionSynchronization() {

					@Override
					public void afterCommit() {
						payments.pay("commit");
						locked.add(payments.database().locked("payments", "commit"));
					}

					@Override
					public void afterCompletion(int status) {
						payments.read("completion");
						locked.add(payments.database().locked("payments", "completion"));
					}

				}));
			assertThat(locked).containsExactly(true, false);
			assertThat(payments.database().held()).isZero();
		});
	}

	@Test
	void callsOfOneTransactionAreReentrantAndReleaseOnce() {
		with((transaction, payments) -> {
			transaction.executeWithoutResult((status) -> {
				payments.pay("a");
				long token = LockContext.current().token();
				for (int i = 0; i < 100; i++) {
					payments.read("a");
				}
				assertThat(LockContext.leases()).singleElement().matches((lease) -> lease.token() == token);
				assertThat(payments.database().locked("payments", "a")).isTrue();
			});
			assertThat(payments.database().locked("payments", "a")).isFalse();
		});
	}

	@Test
	void allKeysOfAllLocksAreHeldUntilTheCommit() {
		with((transaction, payments) -> {
			transaction.executeWithoutResult((status) -> {
				payments.transfer("b", "a");
				assertThat(payments.database().locked("accounts", "a")).isTrue();
				assertThat(payments.database().locked("accounts", "b")).isTrue();
				assertThat(payments.database().locked("ledger")).isTrue();
			});
			assertThat(payments.database().held()).isZero();
		});
	}

	@Test
	void keysOfACallThatIsNotGrantedAreGivenBackAtOnce() {
		with((transaction, payments) -> {
			CountDownLatch done = new CountDownLatch(1);
			CompletableFuture<Void> other = payments.holdUntil("b", done);
			transaction.executeWithoutResult((status) -> {
				assertThatExceptionOfType(LockTimeoutException.class).isThrownBy(() -> payments.transfer("a", "b"));
				assertThat(payments.database().locked("accounts", "a")).isFalse();
			});
			done.countDown();
			other.join();
			assertThat(payments.database().held()).isZero();
		});
	}

	@Test
	void lockBelongsToTheTransactionThatWasActiveWhenItWasTaken() {
		with((transaction, payments) -> {
			transaction.executeWithoutResult((outer) -> {
				payments.onItsOwn("own");
				// Taken while the outer one was active, by a method that suspends it.
				assertThat(payments.database().locked("payments", "own")).isTrue();
				assertThat(payments.database().payers()).containsExactly("own");
				payments.pay("outer");
				newTransaction(transaction).executeWithoutResult((inner) -> {
					payments.pay("inner");
					payments.pay("outer");
				});
				assertThat(payments.database().locked("payments", "inner")).isFalse();
				assertThat(payments.database().locked("payments", "outer")).isTrue();
			});
			assertThat(payments.database().held()).isZero();
		});
	}

	@Test
	void lockOutlivesTheSavepointThatItWasTakenIn() {
		with((transaction, payments) -> {
			TransactionTemplate nested = new TransactionTemplate(transaction.getTransactionManager());
			nested.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
			transaction.executeWithoutResult((outer) -> {
				nested.executeWithoutResult((inner) -> {
					payments.pay("a");
					inner.setRollbackOnly();
				});
				assertThat(payments.database().locked("payments", "a")).isTrue();
			});
			assertThat(payments.database().locked("payments", "a")).isFalse();
			assertThat(payments.database().payers()).isEmpty();
		});
	}

	@Test
	void lockOfAStageIsReleasedWhenItIsCompleteSinceItsWorkIsNotPartOfTheTransaction() {
		with((transaction, payments) -> {
			CompletableFuture<String> work = new CompletableFuture<>();
			transaction.executeWithoutResult((status) -> {
				CompletableFuture<String> early = payments.stage("early", CompletableFuture.completedFuture("done"));
				assertThat(early.join()).isEqualTo("done");
				assertThat(payments.database().locked("payments", "early")).isFalse();
				payments.pay("late");
				// Re-entrant, since the transaction keeps it.
				payments.stage("late", work);
			});
			assertThat(payments.database().locked("payments", "late")).isTrue();
			work.complete("done");
			assertThat(payments.read("late")).containsExactly("late");
		});
	}

	@Test
	void transactionOfAnEmptyScopeKeepsNothing() {
		with((transaction, payments) -> {
			TransactionTemplate supports = new TransactionTemplate(transaction.getTransactionManager());
			supports.setPropagationBehavior(TransactionDefinition.PROPAGATION_SUPPORTS);
			supports.executeWithoutResult((status) -> {
				payments.read("a");
				assertThat(payments.database().locked("payments", "a")).isFalse();
			});
		});
	}

	@Test
	void operationsKeepTheLockAndARegistryDoesNot() {
		this.runner.run((context) -> {
			TransactionTemplate transaction = context.getBean(TransactionTemplate.class);
			LockOperations operations = context.getBean(LockOperations.class);
			LockRegistry registry = context.getBean(LockRegistry.class);
			Database database = context.getBean(Database.class);
			transaction.executeWithoutResult((status) -> {
				operations.execute(LockRequest.of("execute"), (lease) -> "done");
				operations.tryExecute(LockRequest.of("tryExecute"), (lease) -> "done");
				operations.execute(LockRequest.of("closed"), (lease) -> {
					lease.close();
					return "done";
				});
				registry.acquire(LockRequest.of("acquire")).close();
				assertThat(database.locked("execute")).isTrue();
				assertThat(database.locked("tryExecute")).isTrue();
				assertThat(database.locked("closed")).isFalse();
				assertThat(database.locked("acquire")).isFalse();
			});
			assertThat(database.held()).isZero();
		});
	}

	@Test
	void lockIsReleasedOnReturnWhereThatIsConfigured() {
		this.runner.withPropertyValues("distributed-lock.transaction.active-transaction=release-on-return")
			.run((context) -> {
				Payments payments = context.getBean(Payments.class);
				context.getBean(TransactionTemplate.class).executeWithoutResult((status) -> {
					payments.pay("a");
					assertThat(payments.database().locked("payments", "a")).isFalse();
				});
				assertThat(payments.database().payers()).containsExactly("a");
			});
	}

	private void with(BiConsumer<TransactionTemplate, Payments> test) {
		this.runner
			.run((context) -> test.accept(context.getBean(TransactionTemplate.class), context.getBean(Payments.class)));
	}

	private static TransactionTemplate newTransaction(TransactionTemplate template) {
		TransactionTemplate result = new TransactionTemplate(template.getTransactionManager());
		result.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
		return result;
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	static class Payments {

		private final Database database;

		private final LockOperations locks;

		Payments(Database database, LockOperations locks) {
			this.database = database;
			this.locks = locks;
		}

		public Database database() {
			return this.database;
		}

		@DistributedLock(name = "payments", key = "#payer")
		public void pay(String payer) {
			this.database.insert(payer);
		}

		@DistributedLock(name = "payments", key = "#payer")
		public void failing(String payer) {
			throw new IllegalStateException("body");
		}

		@DistributedLock(name = "payments", key = "#payer")
		public List<String> read(String payer) {
			return this.database.payers();
		}

		@DistributedLock(name = "accounts", key = "{#from, #to}", waitTime = "50ms")
		@DistributedLock(name = "ledger")
		public void transfer(String from, String to) {
		}

		@Transactional(propagation = Propagation.REQUIRES_NEW)
		@DistributedLock(name = "payments", key = "#payer")
		public void onItsOwn(String payer) {
			this.database.insert(payer);
		}

		@DistributedLock(name = "payments", key = "#payer")
		public CompletableFuture<String> stage(String payer, CompletableFuture<String> work) {
			return work;
		}

		CompletableFuture<Void> holdUntil(String account, CountDownLatch done) {
			CountDownLatch held = new CountDownLatch(1);
			CompletableFuture<Void> holder = CompletableFuture
				.runAsync(() -> this.locks.execute(LockRequest.of("accounts", account), (lease) -> {
					held.countDown();
					await(done);
					return "done";
				}));
			await(held);
			return holder;
		}

	}

}
