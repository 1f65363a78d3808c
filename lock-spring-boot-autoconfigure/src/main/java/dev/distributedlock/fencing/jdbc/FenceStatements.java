package dev.distributedlock.fencing.jdbc;

import java.sql.Savepoint;
import java.util.Locale;
import java.util.Objects;

import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The statements that raise the largest token of a key, and lock its row until the end of
 * the transaction.
 *
 * @param family what the database understands
 * @param table the name of the table
 */
record FenceStatements(Family family, String table) {

	static FenceStatements of(String databaseProduct, String table) {
		String product = databaseProduct.toLowerCase(Locale.ROOT);
		if (product.contains("postgresql") || product.contains("cockroach")) {
			return new FenceStatements(Family.POSTGRESQL, table);
		}
		if (product.contains("mysql") || product.contains("mariadb")) {
			return new FenceStatements(Family.MYSQL, table);
		}
		return new FenceStatements(Family.STANDARD, table);
	}

	/**
	 * Raise the largest token of a key to a token that is not smaller.
	 * @return whether it is not smaller
	 */
	boolean advance(JdbcTemplate jdbc, String key, long token) {
		return switch (this.family) {
			case POSTGRESQL -> upsertIfLarger(jdbc, key, token);
			case MYSQL -> upsertLargest(jdbc, key, token) <= token;
			case STANDARD -> update(jdbc, key, token) || insert(jdbc, key, token) || update(jdbc, key, token);
		};
	}

	/**
	 * Return the largest token of a key that has a row.
	 * @throws ConcurrencyFailureException if it cannot be seen: another transaction has
	 * made the row after the snapshot that this one looks at
	 */
	long seen(JdbcTemplate jdbc, String key) {
		return jdbc.queryForList("select fence from " + this.table + " where lock_key = ?", Long.class, key)
			.stream()
			.findFirst()
			.orElseThrow(() -> new ConcurrencyFailureException("The first fencing token of '" + key
					+ "' was written by another transaction since this one began; run it again"));
	}

	private boolean upsertIfLarger(JdbcTemplate jdbc, String key, long token) {
		return jdbc.update("insert into " + this.table + " as held (lock_key, fence, written_at)"
				+ " values (?, ?, current_timestamp) on conflict (lock_key) do update"
				+ " set fence = excluded.fence, written_at = excluded.written_at where held.fence <= excluded.fence",
				key, token) == 1;
	}

	/**
	 * Not an update first: one that finds no row locks the gap where it would be, so that
	 * two first holders would keep each other from inserting. The number of rows depends
	 * on options of the connection; so the row is asked, in its latest state.
	 */
	private long upsertLargest(JdbcTemplate jdbc, String key, long token) {
		jdbc.update("insert into " + this.table + " (lock_key, fence, written_at) values (?, ?, current_timestamp)"
				+ " on duplicate key update"
				+ " written_at = if(fence <= values(fence), values(written_at), written_at),"
				+ " fence = greatest(fence, values(fence))", key, token);
		return Objects.requireNonNull(jdbc
			.queryForObject("select fence from " + this.table + " where lock_key = ? for update", Long.class, key));
	}

	private boolean update(JdbcTemplate jdbc, String key, long token) {
		return jdbc.update(
				"update " + this.table
						+ " set fence = ?, written_at = current_timestamp where lock_key = ? and fence <= ?",
				token, key, token) == 1;
	}

	/**
	 * Insert the first token of a key. Somebody else may be doing the same: this waits
	 * for the end of that transaction then. The savepoint is for databases that end the
	 * transaction after a failed statement.
	 */
	private boolean insert(JdbcTemplate jdbc, String key, long token) {
		Savepoint before = Objects
			.requireNonNull(jdbc.execute((ConnectionCallback<Savepoint>) (connection) -> connection.setSavepoint()));
		try {
			jdbc.update("insert into " + this.table + " (lock_key, fence, written_at) values (?, ?, current_timestamp)",
					key, token);
			return true;
		}
		catch (DuplicateKeyException ex) {
			jdbc.execute((ConnectionCallback<Boolean>) (connection) -> {
				connection.rollback(before);
				return true;
			});
			return false;
		}
	}

	/** Databases that understand the same. */
	enum Family {

		/** One statement, conditional and atomic. */
		POSTGRESQL,

		/** One atomic statement that is not conditional. */
		MYSQL,

		/** What every database understands. */
		STANDARD

	}

}
