package dev.distributedlock.fencing.jdbc;

import java.util.function.Supplier;

import com.zaxxer.hikari.HikariDataSource;

import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The guarded resource, one row with a stock of 100, and the table of the guard.
 */
final class GuardedStock implements AutoCloseable {

	private final HikariDataSource dataSource;

	private final JdbcClient jdbc;

	private final TransactionTemplate transaction;

	GuardedStock(HikariDataSource dataSource, String platform) {
		this.dataSource = dataSource;
		this.jdbc = JdbcClient.create(dataSource);
		this.transaction = new TransactionTemplate(new DataSourceTransactionManager(dataSource));
		new ResourceDatabasePopulator(new ClassPathResource("schema-" + platform + ".sql", JdbcFencingGuard.class))
			.execute(dataSource);
		this.jdbc.sql("create table stock (remaining int not null)").update();
		this.jdbc.sql("insert into stock values (100)").update();
		this.jdbc.sql("create table history (position int not null, token bigint not null)").update();
	}

	HikariDataSource dataSource() {
		return this.dataSource;
	}

	JdbcClient jdbc() {
		return this.jdbc;
	}

	TransactionTemplate transaction() {
		return this.transaction;
	}

	void inTransaction(Runnable work) {
		this.transaction.executeWithoutResult((status) -> work.run());
	}

	<T> T read(Supplier<T> work) {
		return this.transaction.execute((status) -> work.get());
	}

	void write(int remaining) {
		this.jdbc.sql("update stock set remaining = ?").param(remaining).update();
	}

	int remaining() {
		return this.jdbc.sql("select remaining from stock").query(Integer.class).single();
	}

	long fence(String key) {
		return this.jdbc.sql("select fence from lock_fence where lock_key = ?").param(key).query(Long.class).single();
	}

	@Override
	public void close() {
		for (String table : new String[] { "lock_fence", "stock", "history" }) {
			this.jdbc.sql("drop table " + table).update();
		}
		this.dataSource.close();
	}

}
