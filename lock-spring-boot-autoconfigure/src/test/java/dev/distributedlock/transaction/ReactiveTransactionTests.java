package dev.distributedlock.transaction;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

import dev.distributedlock.annotation.DistributedLock;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.reactive.TransactionalOperator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Locks that are taken while a reactive transaction is active, on a real database: held
 * until that one is over.
 */
@ExtendWith(OutputCaptureExtension.class)
class ReactiveTransactionTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	private final ApplicationContextRunner runner = ReactiveDatabase.context().withBean(Payments.class);

	@Test
	void transactionIsInsideOfTheLock(CapturedOutput output) {
		with((transaction, payments) -> {
			payments.transactional("a").block(SOON);
			assertThat(payments.database().payers()).containsExactly("a");
			assertThat(payments.database().held()).isZero();
			assertThat(output).doesNotContain("inside of transaction");
		});
	}

	@Test
	void lockIsHeldUntilAfterTheCommit(CapturedOutput output) {
		with((transaction, payments) -> {
			ReactiveDatabase database = payments.database();
			payments.pay("a")
				.then(Mono.fromRunnable(() -> assertThat(database.locked("payments", "a")).isTrue()))
				.as(transaction::transactional)
				.block(SOON);
			assertThat(database.locked("payments", "a")).isFalse();
			assertThat(database.payers()).containsExactly("a");
			assertThat(output).containsOnlyOnce("Payments.pay(String) takes lock [payments] inside of transaction");
		});
	}

	@Test
	void lockIsHeldUntilAfterTheRollback() {
		with((transaction, payments) -> {
			ReactiveDatabase database = payments.database();
			assertThatIllegalStateException().isThrownBy(() -> payments.pay("a").then(Mono.fromRunnable(() -> {
				assertThat(database.locked("payments", "a")).isTrue();
				throw new IllegalStateException("outer");
			})).as(transaction::transactional).block(SOON));
			assertThat(database.locked("payments", "a")).isFalse();
			assertThat(database.payers()).isEmpty();
		});
	}

	@Test
	void cancelledTransactionReleases() {
		with((transaction, payments) -> {
			ReactiveDatabase database = payments.database();
			String first = Flux.concat(payments.pay("a").thenReturn("paid"), Mono.never())
				.as(transaction::transactional)
				.blockFirst(SOON);
			assertThat(first).isEqualTo("paid");
			// The roll-back of a cancelled subscription is nothing one can wait for.
			Awaitility.await().untilAsserted(() -> assertThat(database.held()).isZero());
		});
	}

	@Test
	void nothingIsLeftLockedHoweverCancellationAndGrantMeet() {
		with((transaction, payments) -> {
			for (int i = 0; i < 300; i++) {
				Disposable subscription = payments.unending("a").as(transaction::transactional).subscribe();
				for (int spin = 0; spin < i * 100; spin++) {
					Thread.onSpinWait();
				}
				subscription.dispose();
			}
			Awaitility.await("the last release").untilAsserted(() -> assertThat(payments.database().held()).isZero());
			// Some came before the grant, and some after it.
			assertThat(payments.runs()).isPositive();
		});
	}

	@Test
	void callsOfOneTransactionAreReentrant() {
		with((transaction, payments) -> {
			ReactiveDatabase database = payments.database();
			payments.pay("a").then(payments.pay("a")).thenMany(payments.several("a")).then(Mono.fromRunnable(() -> {
				assertThat(database.locked("payments", "a")).isTrue();
				assertThat(database.held()).isEqualTo(1);
			})).as(transaction::transactional).block(SOON);
			assertThat(database.payers()).containsExactly("a", "a");
			assertThat(database.held()).isZero();
		});
	}

	@Test
	void allKeysAreHeldUntilTheCommit() {
		with((transaction, payments) -> {
			ReactiveDatabase database = payments.database();
			payments.transfer("b", "a")
				.then(Mono.fromRunnable(() -> assertThat(database.held()).isEqualTo(2)))
				.as(transaction::transactional)
				.block(SOON);
			assertThat(database.held()).isZero();
		});
	}

	@Test
	void lockBelongsToTheTransactionThatWasActiveWhenItWasTaken() {
		with((transaction, payments) -> {
			ReactiveDatabase database = payments.database();
			payments.onItsOwn("own").then(Mono.fromRunnable(() -> {
				assertThat(database.locked("payments", "own")).isTrue();
				assertThat(database.payers()).containsExactly("own");
			})).as(transaction::transactional).block(SOON);
			assertThat(database.held()).isZero();
		});
	}

	@Test
	void lockIsReleasedOnReturnWhereThatIsConfigured() {
		this.runner.withPropertyValues("distributed-lock.transaction.active-transaction=release-on-return")
			.run((context) -> {
				Payments payments = context.getBean(Payments.class);
				payments.pay("a")
					.then(Mono.fromRunnable(() -> assertThat(payments.database().held()).isZero()))
					.as(context.getBean(TransactionalOperator.class)::transactional)
					.block(SOON);
			});
	}

	@Test
	void callIsRefusedWhereThatIsConfigured() {
		this.runner.withPropertyValues("distributed-lock.transaction.active-transaction=fail").run((context) -> {
			Payments payments = context.getBean(Payments.class);
			assertThatExceptionOfType(IllegalTransactionStateException.class).isThrownBy(
					() -> payments.pay("a").as(context.getBean(TransactionalOperator.class)::transactional).block(SOON))
				.withMessageContaining("Payments.pay(String) would take lock [payments]");
			assertThat(payments.database().payers()).isEmpty();
			payments.pay("b").block(SOON);
			assertThat(payments.database().payers()).containsExactly("b");
		});
	}

	private void with(BiConsumer<TransactionalOperator, Payments> test) {
		this.runner.run((context) -> test.accept(context.getBean(TransactionalOperator.class),
				context.getBean(Payments.class)));
	}

	static class Payments {

		private final AtomicInteger runs = new AtomicInteger();

		private final ReactiveDatabase database;

		Payments(ReactiveDatabase database) {
			this.database = database;
		}

		public int runs() {
			return this.runs.get();
		}

		public ReactiveDatabase database() {
			return this.database;
		}

		@DistributedLock(name = "payments", key = "#payer")
		public Mono<Void> pay(String payer) {
			return this.database.insert(payer);
		}

		@DistributedLock(name = "payments", key = "#payer")
		public Flux<String> several(String payer) {
			return Flux.just("one", "two");
		}

		@DistributedLock(name = "payments", key = "#payer")
		public Mono<Void> unending(String payer) {
			this.runs.incrementAndGet();
			return Mono.never();
		}

		@DistributedLock(name = "accounts", key = "{#from, #to}")
		public Mono<Void> transfer(String from, String to) {
			return Mono.empty();
		}

		@Transactional
		@DistributedLock(name = "payments", key = "#payer")
		public Mono<Void> transactional(String payer) {
			return this.database.insert(payer);
		}

		@Transactional(propagation = Propagation.REQUIRES_NEW)
		@DistributedLock(name = "payments", key = "#payer")
		public Mono<Void> onItsOwn(String payer) {
			return this.database.insert(payer);
		}

	}

}
