package dev.distributedlock.fencing.jdbc;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
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

import org.springframework.core.io.ClassPathResource;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * What the guard promises on every database. The guarded resource is one row with a
 * stock; a writer reads it, and writes one less.
 */
abstract class JdbcFencingGuardContract {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private final String platform;

	private HikariDataSource dataSource;

	private JdbcClient jdbc;

	private TransactionTemplate transaction;

	private JdbcFencingGuard guard;

	JdbcFencingGuardContract(String platform) {
		this.platform = platform;
	}

	abstract HikariDataSource connect();

	@BeforeEach
	void createTables() {
		this.dataSource = connect();
		this.dataSource.setMaximumPoolSize(20);
		this.jdbc = JdbcClient.create(this.dataSource);
		this.transaction = new TransactionTemplate(new DataSourceTransactionManager(this.dataSource));
		new ResourceDatabasePopulator(new ClassPathResource("schema-" + this.platform + ".sql", JdbcFencingGuard.class))
			.execute(this.dataSource);
		this.jdbc.sql("create table stock (remaining int not null)").update();
		this.jdbc.sql("insert into stock values (100)").update();
		this.guard = new JdbcFencingGuard(this.dataSource);
	}

	@AfterEach
	void dropTables() {
		this.jdbc.sql("drop table lock_fence").update();
		this.jdbc.sql("drop table stock").update();
		this.dataSource.close();
	}

	@Test
	void staleWriteLandsWithoutTheGuard() {
		inTransaction(() -> write(99));
		inTransaction(() -> write(42));
		assertThat(remaining()).isEqualTo(42);
	}

	@Test
	void staleWriteIsRefusedByTheGuard() {
		inTransaction(() -> {
			this.guard.check(token(8));
			write(99);
		});
		assertThatExceptionOfType(StaleTokenException.class).isThrownBy(() -> inTransaction(() -> {
			this.guard.check(token(7));
			write(42);
		}))
			.withMessageContaining("7 is stale")
			.satisfies((ex) -> assertThat(ex.presentedToken()).isEqualTo(7))
			.satisfies((ex) -> assertThat(ex.seenToken()).hasValue(8));
		assertThat(remaining()).isEqualTo(99);
	}

	@Test
	void sameTokenWritesAsOftenAsItLikes() {
		inTransaction(() -> {
			this.guard.check(token(7));
			this.guard.check(token(7));
			write(99);
		});
		inTransaction(() -> {
			this.guard.check(token(7));
			write(98);
		});
		assertThat(remaining()).isEqualTo(98);
	}

	@Test
	void tokenComesFromTheCurrentLock() {
		assertThatIllegalStateException().isThrownBy(() -> inTransaction(this.guard::check))
			.withMessageContaining("runs under no distributed lock");
		try (var held = LockContext.attach(FixedLease.of("stock", "tea", 7))) {
			inTransaction(this.guard::check);
		}
		assertThat(fence("stock:tea")).isEqualTo(7);
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
			assertThatIllegalStateException().isThrownBy(() -> inTransaction(() -> elsewhere.check(token(7))))
				.withMessageContaining("none on this data source");
		}
	}

	@Test
	void checkThatIsRolledBackIsForgotten() {
		this.transaction.executeWithoutResult((status) -> {
			this.guard.check(token(8));
			status.setRollbackOnly();
		});
		inTransaction(() -> this.guard.check(token(7)));
		assertThat(fence("stock:tea")).isEqualTo(7);
	}

	@Test
	void keysThatDifferInCaseAccentsOrSpacesAreDifferent() {
		List<String> parts = List.of("tea", "Tea", "téa", "tea ", " tea");
		for (int i = 0; i < parts.size(); i++) {
			FencingToken smaller = FencingToken.of(FixedLease.of("stock", parts.get(i), 100 - i));
			inTransaction(() -> this.guard.check(smaller));
		}
		assertThat(this.jdbc.sql("select count(*) from lock_fence").query(Integer.class).single()).isEqualTo(5);
	}

	@Test
	void longestKeyFits() {
		FencingToken longest = FencingToken.of(FixedLease.of("s", "é".repeat(255), 7));
		assertThat(longest.key().value().getBytes(StandardCharsets.UTF_8)).hasSize(512);
		inTransaction(() -> this.guard.check(longest));
		assertThat(fence(longest.key().value())).isEqualTo(7);
	}

	@Test
	void successorWaitsForTheTransactionOfTheHolderBefore() throws Exception {
		inTransaction(() -> this.guard.check(token(6)));
		theSecondOfTwoTransactionsWaits();
	}

	@Test
	void successorWaitsForTheFirstTransactionOfAll() throws Exception {
		theSecondOfTwoTransactionsWaits();
	}

	private void theSecondOfTwoTransactionsWaits() throws Exception {
		CountDownLatch checked = new CountDownLatch(1);
		CountDownLatch goOn = new CountDownLatch(1);
		CompletableFuture<Void> slow = CompletableFuture.runAsync(() -> inTransaction(() -> {
			this.guard.check(token(7));
			checked.countDown();
			await(goOn);
			write(99);
		}));
		await(checked);
		CompletableFuture<Integer> successor = CompletableFuture
			.supplyAsync(() -> this.transaction.execute((status) -> {
				this.guard.check(token(8));
				return remaining();
			}));
		assertThat(successor).as("waits for the row").failsWithin(Duration.ofMillis(300));
		goOn.countDown();
		assertThat(slow).succeedsWithin(PATIENCE);
		assertThat(successor).as("sees what was written").succeedsWithin(PATIENCE).isEqualTo(99);
	}

	@Test
	void staleHolderThatWaitedForItsSuccessorIsRefused() throws Exception {
		CountDownLatch checked = new CountDownLatch(1);
		CountDownLatch goOn = new CountDownLatch(1);
		CompletableFuture<Void> successor = CompletableFuture.runAsync(() -> inTransaction(() -> {
			this.guard.check(token(8));
			checked.countDown();
			await(goOn);
			write(99);
		}));
		await(checked);
		CompletableFuture<Void> stale = CompletableFuture.runAsync(() -> inTransaction(() -> {
			this.guard.check(token(7));
			write(42);
		}));
		assertThat(stale).as("waits for the row").failsWithin(Duration.ofMillis(300));
		goOn.countDown();
		assertThat(successor).succeedsWithin(PATIENCE);
		assertThat(stale).failsWithin(PATIENCE).withThrowableThat().withCauseInstanceOf(StaleTokenException.class);
		assertThat(remaining()).isEqualTo(99);
	}

	/**
	 * Holders with tokens in any order, all at once: whatever commits does so in the
	 * order of the tokens.
	 */
	@ParameterizedTest
	@ValueSource(ints = { TransactionDefinition.ISOLATION_READ_COMMITTED,
			TransactionDefinition.ISOLATION_REPEATABLE_READ, TransactionDefinition.ISOLATION_SERIALIZABLE })
	void committedTokensOnlyRise(int isolation) {
		this.jdbc.sql("create table history (position int not null, token bigint not null)").update();
		try {
			this.transaction.setIsolationLevel(isolation);
			AtomicInteger committed = new AtomicInteger();
			List<CompletableFuture<Void>> writers = IntStream.range(0, 16)
				.mapToObj((writer) -> CompletableFuture.runAsync(() -> {
					for (int round = 0; round < 8; round++) {
						if (append(1 + (writer * 7 + round * 5) % 60)) {
							committed.incrementAndGet();
						}
					}
				}))
				.toList();
			writers.forEach((writer) -> assertThat(writer).succeedsWithin(PATIENCE));
			List<Long> history = this.jdbc.sql("select token from history order by position").query(Long.class).list();
			assertThat(history).as("all that committed").hasSize(committed.get()).isSorted();
			assertThat(history.stream().distinct().count()).as("several tokens took part").isGreaterThan(2);
		}
		finally {
			this.jdbc.sql("drop table history").update();
		}
	}

	private boolean append(long token) {
		try {
			inTransaction(() -> {
				this.guard.check(token(token));
				int position = this.jdbc.sql("select count(*) from history").query(Integer.class).single();
				this.jdbc.sql("insert into history values (?, ?)").params(position, token).update();
			});
			return true;
		}
		catch (StaleTokenException | ConcurrencyFailureException ex) {
			return false;
		}
	}

	@Test
	void columnOfTheRowItselfRefusesAStaleWrite() {
		this.jdbc.sql("alter table stock add column fence bigint default 0 not null").update();
		String statement = "update stock set remaining = ?, fence = ? where fence <= ?";
		token(8).ensureWritten(this.jdbc.sql(statement).params(99, 8, 8).update());
		token(8).ensureWritten(this.jdbc.sql(statement).params(98, 8, 8).update());
		int stale = this.jdbc.sql(statement).params(42, 7, 7).update();
		assertThatExceptionOfType(StaleTokenException.class).isThrownBy(() -> token(7).ensureWritten(stale));
		assertThat(remaining()).isEqualTo(98);
	}

	@Test
	void missingTableIsNamedWithTheRemedy() {
		JdbcFencingGuard lost = new JdbcFencingGuard(this.dataSource, "no_such_table");
		assertThatIllegalStateException().isThrownBy(() -> inTransaction(() -> lost.check(token(7))))
			.withMessageContaining("'no_such_table'")
			.withMessageContaining("initialize-schema");
	}

	@Test
	void statementsAreThoseOfTheDatabase() throws Exception {
		try (var connection = this.dataSource.getConnection()) {
			String product = connection.getMetaData().getDatabaseProductName();
			assertThat(FenceStatements.of(product, "t").family()).isEqualTo(expectedFamily());
		}
	}

	abstract FenceStatements.Family expectedFamily();

	private void inTransaction(Runnable work) {
		this.transaction.executeWithoutResult((status) -> work.run());
	}

	private void write(int remaining) {
		this.jdbc.sql("update stock set remaining = ?").param(remaining).update();
	}

	private int remaining() {
		return this.jdbc.sql("select remaining from stock").query(Integer.class).single();
	}

	private long fence(String key) {
		return this.jdbc.sql("select fence from lock_fence where lock_key = ?").param(key).query(Long.class).single();
	}

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
