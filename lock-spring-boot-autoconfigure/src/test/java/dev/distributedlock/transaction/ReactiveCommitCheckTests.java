package dev.distributedlock.transaction;

import java.time.Duration;
import java.util.Collection;
import java.util.List;

import dev.distributedlock.LockLease;
import dev.distributedlock.LockLostException;
import dev.distributedlock.annotation.DistributedLock;
import dev.distributedlock.annotation.OnLockLost;
import dev.distributedlock.reactive.ReactiveLockContext;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.reactive.TransactionalOperator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Reactive transactions whose lock is lost before they commit, on a real database: leases
 * that end after 50 ms, without renewal.
 */
class ReactiveCommitCheckTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	private final ApplicationContextRunner runner = ReactiveDatabase.context()
		.withPropertyValues("distributed-lock.defaults.lease-time=50ms", "distributed-lock.defaults.renew=false")
		.withBean(Payments.class);

	@Test
	void writesOfAHolderThatHasLostItsLockAreRolledBack() {
		this.runner.run((context) -> {
			Payments payments = context.getBean(Payments.class);
			assertThatExceptionOfType(LockLostException.class).isThrownBy(() -> payments.late().block(SOON))
				.withMessageContaining("is rolled back instead of being committed");
			assertThat(payments.database().payers()).isEmpty();
			payments.inTime().block(SOON);
			assertThat(payments.database().payers()).containsExactly("in time");
		});
	}

	@Test
	void nextHolderWritesAndTheStaleOneDoesNot() {
		this.runner.run((context) -> {
			Payments payments = context.getBean(Payments.class);
			assertThatExceptionOfType(LockLostException.class)
				.isThrownBy(() -> payments.overtaken(payments).block(SOON));
			assertThat(payments.database().payers()).containsExactly("in time");
		});
	}

	@Test
	void transactionOfAnOperatorWithinTheLockIsChecked() {
		this.runner.run((context) -> {
			Payments payments = context.getBean(Payments.class);
			TransactionalOperator transaction = context.getBean(TransactionalOperator.class);
			assertThatExceptionOfType(LockLostException.class).isThrownBy(() -> payments.with(transaction).block(SOON));
			assertThat(payments.database().payers()).isEmpty();
		});
	}

	@Test
	void transactionThatKeepsALostLockIsRolledBack() {
		this.runner.run((context) -> {
			Payments payments = context.getBean(Payments.class);
			TransactionalOperator transaction = context.getBean(TransactionalOperator.class);
			assertThatExceptionOfType(LockLostException.class)
				.isThrownBy(() -> payments.pay()
					.delayElement(Duration.ofMillis(1200))
					.as(transaction::transactional)
					.block(SOON))
				.withMessageContaining("is rolled back instead of being committed");
			assertThat(payments.database().payers()).isEmpty();
			assertThat(payments.database().held()).isZero();
		});
	}

	@Test
	void lossIsOnlyLoggedWhereTheMethodSaysSo() {
		this.runner.run((context) -> {
			Payments payments = context.getBean(Payments.class);
			payments.careless().block(SOON);
			assertThat(payments.database().payers()).containsExactly("careless");
			payments.careless().as(context.getBean(TransactionalOperator.class)::transactional).block(SOON);
			assertThat(payments.database().payers()).containsExactly("careless", "careless");
		});
	}

	@Test
	void transactionsAreNotCheckedWhereThatIsSwitchedOff() {
		this.runner.withPropertyValues("distributed-lock.transaction.check-before-commit=false").run((context) -> {
			Payments payments = context.getBean(Payments.class);
			assertThat(context.getBean(R2dbcTransactionManager.class))
				.isExactlyInstanceOf(R2dbcTransactionManager.class);
			assertThatExceptionOfType(LockLostException.class).isThrownBy(() -> payments.late().block(SOON));
			assertThat(payments.database().payers()).containsExactly("late");
		});
	}

	static Mono<Void> awaitLoss() {
		return Mono.deferContextual((context) -> {
			Collection<LockLease> leases = List.copyOf(ReactiveLockContext.leases(context));
			assertThat(leases).isNotEmpty();
			return Mono.delay(Duration.ofMillis(10)).repeat(() -> leases.stream().anyMatch(LockLease::isValid)).then();
		});
	}

	static class Payments {

		private final ReactiveDatabase database;

		Payments(ReactiveDatabase database) {
			this.database = database;
		}

		public ReactiveDatabase database() {
			return this.database;
		}

		@Transactional
		@DistributedLock(name = "payments", leaseTime = "30s")
		public Mono<Void> inTime() {
			return this.database.insert("in time");
		}

		@Transactional
		@DistributedLock(name = "payments")
		public Mono<Void> late() {
			return this.database.insert("late").then(awaitLoss());
		}

		@Transactional
		@DistributedLock(name = "payments")
		public Mono<Void> overtaken(Payments proxy) {
			Mono<Void> other = Mono.fromRunnable(() -> proxy.inTime().toFuture().join());
			return this.database.insert("stale").then(awaitLoss()).then(other);
		}

		@DistributedLock(name = "payments")
		public Mono<Void> with(TransactionalOperator transaction) {
			return this.database.insert("operator").then(awaitLoss()).as(transaction::transactional);
		}

		@DistributedLock(name = "payments", leaseTime = "1s")
		public Mono<String> pay() {
			return this.database.insert("pay").thenReturn("paid");
		}

		@Transactional
		@DistributedLock(name = "payments", onLockLost = OnLockLost.LOG)
		public Mono<Void> careless() {
			return this.database.insert("careless").then(awaitLoss());
		}

	}

}
