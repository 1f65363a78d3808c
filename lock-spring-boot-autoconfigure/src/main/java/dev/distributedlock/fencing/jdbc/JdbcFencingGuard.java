package dev.distributedlock.fencing.jdbc;

import java.util.Objects;

import javax.sql.DataSource;

import dev.distributedlock.StaleTokenException;
import dev.distributedlock.fencing.FencingGuard;
import dev.distributedlock.fencing.FencingToken;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceUtils;

/**
 * Refuses stale holders with a table of the largest tokens, one row for each lock, in the
 * database that is written to.
 *
 * <pre>{@code
 * &#64;DistributedLock(name = "stock", key = "#sku")
 * public void sell(String sku) {
 *     transactions.executeWithoutResult((status) -> {
 *         guard.check();
 *         int left = jdbc.sql("select stock from product where sku = ?").param(sku).query(Integer.class).single();
 *         jdbc.sql("update product set stock = ? where sku = ?").params(left - 1, sku).update();
 *     });
 * }
 * }</pre>
 * <p>
 * <strong>Guarantee.</strong> The check runs in the transaction of the caller, on the
 * same data source, and keeps the row of the lock locked until that ends. So of two
 * transactions under one lock the second waits for the first at its check, and once one
 * has committed none with a smaller token can. A transaction that rolls back leaves no
 * trace. This holds for every isolation level; those that see a snapshot of the time
 * before the wait (repeatable read and serializable of PostgreSQL) fail with a
 * {@link org.springframework.dao.ConcurrencyFailureException} instead, and can be tried
 * again.
 * <p>
 * What is not covered: writes in a transaction that does not check, and those to other
 * databases.
 * <p>
 * Rows stay. Those that were not written for longer than any process can have been paused
 * may be deleted: {@code delete from lock_fence where written_at < …}.
 * <p>
 * Thread-safe. Creates no table: see {@code schema-*.sql} in this package.
 */
public final class JdbcFencingGuard implements FencingGuard {

	/** The name of the table, unless another one is given. */
	public static final String DEFAULT_TABLE = "lock_fence";

	private final DataSource dataSource;

	private final JdbcTemplate jdbc;

	private final String table;

	// The same, whoever finds it out.
	private volatile @Nullable FenceStatements statements;

	/**
	 * Create a guard over the table {@value #DEFAULT_TABLE}.
	 * @param dataSource where the guarded transactions write
	 */
	public JdbcFencingGuard(DataSource dataSource) {
		this(dataSource, DEFAULT_TABLE);
	}

	/**
	 * Create a guard.
	 * @param dataSource where the guarded transactions write
	 * @param table the table, may have a schema before it: letters, digits, underscores
	 * and dots
	 */
	public JdbcFencingGuard(DataSource dataSource, String table) {
		this.dataSource = Objects.requireNonNull(dataSource, "'dataSource' must not be null");
		if (!table.matches("[\\p{L}_][\\p{L}\\p{N}_]*(\\.[\\p{L}_][\\p{L}\\p{N}_]*)*")) {
			throw new IllegalArgumentException("'table' must be the plain name of a table but was '" + table + "'");
		}
		this.table = table;
		this.jdbc = new JdbcTemplate(dataSource);
	}

	/**
	 * {@inheritDoc}
	 * @throws StaleTokenException if a larger one has passed; the transaction must be
	 * rolled back, as {@code @Transactional} does
	 * @throws IllegalStateException if there is no transaction on this data source, or no
	 * such table
	 * @throws org.springframework.dao.DataAccessException if the database failed
	 */
	@Override
	public void check(FencingToken token) {
		FenceStatements statements = transactionalStatements();
		try {
			if (!statements.advance(this.jdbc, token.key().value(), token.value())) {
				throw token.refusedBy("the table '" + this.table + "'",
						statements.seen(this.jdbc, token.key().value()));
			}
		}
		catch (BadSqlGrammarException ex) {
			throw new IllegalStateException(
					"The fencing guard cannot use the table '" + this.table
							+ "'. Create it with your migration tool: schema-*.sql in the package "
							+ getClass().getPackageName()
							+ " has the statement, and 'distributed-lock.fencing.jdbc.initialize-schema' can run it",
					ex);
		}
	}

	private FenceStatements transactionalStatements() {
		FenceStatements known = this.statements;
		FenceStatements found = this.jdbc.execute((ConnectionCallback<FenceStatements>) (connection) -> {
			if (connection.getAutoCommit() || !DataSourceUtils
				.isConnectionTransactional(DataSourceUtils.getTargetConnection(connection), this.dataSource)) {
				throw new IllegalStateException("A fencing token must be checked in the transaction that writes: "
						+ "there is none on this data source. Put @Transactional inside the lock, around check and write");
			}
			return (known != null) ? known
					: FenceStatements.of(connection.getMetaData().getDatabaseProductName(), this.table);
		});
		this.statements = found;
		return Objects.requireNonNull(found);
	}

}
