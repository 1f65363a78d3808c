package dev.distributedlock.fencing.jdbc;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import com.zaxxer.hikari.HikariDataSource;
import dev.distributedlock.LockContext;
import dev.distributedlock.StaleTokenException;
import dev.distributedlock.fencing.FencingToken;
import dev.distributedlock.fencing.FixedLease;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.transaction.TransactionDefinition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * What the guard promises on every database. The guarded resource is one row with a
 * stock; a writer reads it, and writes one less.
 */
abstract class JdbcFencingGuardContract {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private static final Executor THREADS = (task) -> new Thread(task, "writer").start();

	private final String platform;

	private GuardedStock stock;

	private JdbcFencingGuard guard;

	JdbcFencingGuardContract(String platform) {
		this.platform = platform;
	}

	abstract HikariDataSource connect();

	@BeforeEach
	void createTables() {
		HikariDataSource dataSource = connect();
		dataSource.setMaximumPoolSize(20);
		this.stock = new GuardedStock(dataSource, this.platform);
		this.guard = new JdbcFencingGuard(dataSource);
	}

	@AfterEach
	void dropTables() {
		this.stock.close();
	}

	@Test
	void staleWriteLandsWithoutTheGuard() {
		this.stock.inTransaction(() -> this.stock.write(99));
		this.stock.inTransaction(() -> this.stock.write(42));
		assertThat(this.stock.remaining()).isEqualTo(42);
	}

	@Test
	void staleWriteIsRefusedByTheGuard() {
		this.stock.inTransaction(() -> {
			this.guard.check(token(8));
			this.stock.write(99);
		});
		assertThatExceptionOfType(StaleTokenException.class).isThrownBy(() -> this.stock.inTransaction(() -> {
			this.guard.check(token(7));
			this.stock.write(42);
		}))
			.withMessageContaining("7 is stale")
			.satisfies((ex) -> assertThat(ex.presentedToken()).isEqualTo(7))
			.satisfies((ex) -> assertThat(ex.seenToken()).hasValue(8));
		assertThat(this.stock.remaining()).isEqualTo(99);
	}

	@Test
	void sameTokenWritesAsOftenAsItLikes() {
		this.stock.inTransaction(() -> {
			this.guard.check(token(7));
			this.guard.check(token(7));
			this.stock.write(99);
		});
		this.stock.inTransaction(() -> {
			this.guard.check(token(7));
			this.stock.write(98);
		});
		assertThat(this.stock.remaining()).isEqualTo(98);
	}

	@Test
	void tokenComesFromTheCurrentLock() {
		assertThatIllegalStateException().isThrownBy(() -> this.stock.inTransaction(this.guard::check))
			.withMessageContaining("runs under no distributed lock");
		try (var held = LockContext.attach(FixedLease.of("stock", "tea", 7))) {
			this.stock.inTransaction(this.guard::check);
		}
		assertThat(this.stock.fence("stock:tea")).isEqualTo(7);
	}

	@Test
	void checkOutsideOfATransactionIsRefused() {
		assertThatIllegalStateException().isThrownBy(() -> this.guard.check(token(7)))
			.withMessageContaining("in the transaction that writes");
	}

	@Test
	void checkInATransactionOfAnotherDataSourceIsRefused() {
		try (HikariDataSource other = connect()) {
			JdbcFencingGuard elsewhere = new JdbcFencingGuard(other);
			assertThatIllegalStateException()
				.isThrownBy(() -> this.stock.inTransaction(() -> elsewhere.check(token(7))))
				.withMessageContaining("none on this data source");
		}
	}

	@Test
	void checkThatIsRolledBackIsForgotten() {
		this.stock.transaction().executeWithoutResult((status) -> {
			this.guard.check(token(8));
			status.setRollbackOnly();
		});
		this.stock.inTransaction(() -> this.guard.check(token(7)));
		assertThat(this.stock.fence("stock:tea")).isEqualTo(7);
	}

	@Test
	void keysThatDifferInCaseAccentsOrSpacesAreDifferent() {
		List<String> parts = List.of("tea", "Tea", "téa", "tea ", " tea");
		for (int i = 0; i < parts.size(); i++) {
			FencingToken smaller = FencingToken.of(FixedLease.of("stock", parts.get(i), 100 - i));
			this.stock.inTransaction(() -> this.guard.check(smaller));
		}
		assertThat(this.stock.jdbc().sql("select count(*) from lock_fence").query(Integer.class).single()).isEqualTo(5);
	}

	@Test
	void longestKeyFits() {
		FencingToken longest = FencingToken.of(FixedLease.of("s", "é".repeat(255), 7));
		assertThat(longest.key().value().getBytes(StandardCharsets.UTF_8)).hasSize(512);
		this.stock.inTransaction(() -> this.guard.check(longest));
		assertThat(this.stock.fence(longest.key().value())).isEqualTo(7);
	}

	@Test
	void successorWaitsForTheTransactionOfTheHolderBefore() throws Exception {
		this.stock.inTransaction(() -> this.guard.check(token(6)));
		theSecondOfTwoTransactionsWaits();
	}

	@Test
	void successorWaitsForTheFirstTransactionOfAll() throws Exception {
		theSecondOfTwoTransactionsWaits();
	}

	private void theSecondOfTwoTransactionsWaits() throws Exception {
		CountDownLatch checked = new CountDownLatch(1);
		CountDownLatch goOn = new CountDownLatch(1);
		CompletableFuture<Void> slow = CompletableFuture.runAsync(() -> this.stock.inTransaction(() -> {
			this.guard.check(token(7));
			checked.countDown();
			await(goOn);
			this.stock.write(99);
		}), THREADS);
		await(checked);
		CompletableFuture<Integer> successor = CompletableFuture.supplyAsync(() -> this.stock.read(() -> {
			this.guard.check(token(8));
			return this.stock.remaining();
		}), THREADS);
		assertThat(successor).as("waits for the row").failsWithin(Duration.ofMillis(300));
		goOn.countDown();
		assertThat(slow).succeedsWithin(PATIENCE);
		assertThat(successor).as("sees what was written").succeedsWithin(PATIENCE).isEqualTo(99);
	}

	@Test
	void staleHolderThatWaitedForItsSuccessorIsRefused() throws Exception {
		CountDownLatch checked = new CountDownLatch(1);
		CountDownLatch goOn = new CountDownLatch(1);
		CompletableFuture<Void> successor = CompletableFuture.runAsync(() -> this.stock.inTransaction(() -> {
			this.guard.check(token(8));
			checked.countDown();
			await(goOn);
			this.stock.write(99);
		}), THREADS);
		await(checked);
		CompletableFuture<Void> stale = CompletableFuture.runAsync(() -> this.stock.inTransaction(() -> {
			this.guard.check(token(7));
			this.stock.write(42);
		}), THREADS);
		assertThat(stale).as("waits for the row").failsWithin(Duration.ofMillis(300));
		goOn.countDown();
		assertThat(successor).succeedsWithin(PATIENCE);
		assertThat(stale).failsWithin(PATIENCE).withThrowableThat().withCauseInstanceOf(StaleTokenException.class);
		assertThat(this.stock.remaining()).isEqualTo(99);
	}

	/**
	 * Holders with tokens in any order, all at once: whatever commits does so in the
	 * order of the tokens.
	 */
	@ParameterizedTest
	@ValueSource(ints = { TransactionDefinition.ISOLATION_READ_COMMITTED,
			TransactionDefinition.ISOLATION_REPEATABLE_READ, TransactionDefinition.ISOLATION_SERIALIZABLE })
	void committedTokensOnlyRise(int isolation) {
		this.stock.transaction().setIsolationLevel(isolation);
		AtomicInteger committed = new AtomicInteger();
		List<CompletableFuture<Void>> writers = IntStream.range(0, 16)
			.mapToObj((writer) -> CompletableFuture.runAsync(() -> {
				for (int round = 0; round < 8; round++) {
					if (append(1 + (writer * 7 + round * 5) % 60)) {
						committed.incrementAndGet();
					}
				}
			}, THREADS))
			.toList();
		writers.forEach((writer) -> assertThat(writer).succeedsWithin(PATIENCE));
		List<Long> history = this.stock.jdbc()
			.sql("select token from history order by position")
			.query(Long.class)
			.list();
		assertThat(history).as("all that committed").hasSize(committed.get()).isSorted();
		assertThat(history.stream().distinct().count()).as("several tokens took part").isGreaterThan(2);
	}

	private boolean append(long token) {
		try {
			this.stock.inTransaction(() -> {
				this.guard.check(token(token));
				int position = this.stock.jdbc().sql("select count(*) from history").query(Integer.class).single();
				this.stock.jdbc().sql("insert into history values (?, ?)").params(position, token).update();
			});
			return true;
		}
		catch (StaleTokenException | ConcurrencyFailureException ex) {
			return false;
		}
	}

	@Test
	void columnOfTheRowItselfRefusesAStaleWrite() {
		this.stock.jdbc().sql("alter table stock add column fence bigint default 0 not null").update();
		String statement = "update stock set remaining = ?, fence = ? where fence <= ?";
		token(8).ensureWritten(this.stock.jdbc().sql(statement).params(99, 8, 8).update());
		token(8).ensureWritten(this.stock.jdbc().sql(statement).params(98, 8, 8).update());
		int stale = this.stock.jdbc().sql(statement).params(42, 7, 7).update();
		assertThatExceptionOfType(StaleTokenException.class).isThrownBy(() -> token(7).ensureWritten(stale));
		assertThat(this.stock.remaining()).isEqualTo(98);
	}

	@Test
	void missingTableIsNamedWithTheRemedy() {
		JdbcFencingGuard lost = new JdbcFencingGuard(this.stock.dataSource(), "no_such_table");
		assertThatIllegalStateException().isThrownBy(() -> this.stock.inTransaction(() -> lost.check(token(7))))
			.withMessageContaining("'no_such_table'")
			.withMessageContaining("initialize-schema");
	}

	@Test
	void statementsAreThoseOfTheDatabase() throws Exception {
		try (var connection = this.stock.dataSource().getConnection()) {
			String product = connection.getMetaData().getDatabaseProductName();
			assertThat(FenceStatements.of(product, "t").family()).isEqualTo(expectedFamily());
		}
	}

	abstract FenceStatements.Family expectedFamily();

	private static FencingToken token(long value) {
		return FencingToken.of(FixedLease.of("stock", "tea", value));
	}

	private static void await(CountDownLatch latch) {
		try {
			assertThat(latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
