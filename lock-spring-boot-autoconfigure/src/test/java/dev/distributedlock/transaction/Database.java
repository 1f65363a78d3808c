package dev.distributedlock.transaction;

import java.util.List;

import dev.distributedlock.LockKey;
import dev.distributedlock.LockMonitor;
import dev.distributedlock.autoconfigure.DistributedLockAopAutoConfiguration;
import dev.distributedlock.autoconfigure.DistributedLockAutoConfiguration;
import dev.distributedlock.autoconfigure.backend.memory.InMemoryLockBackendAutoConfiguration;
import dev.distributedlock.autoconfigure.transaction.LockTransactionAutoConfiguration;
import dev.distributedlock.autoconfigure.transaction.R2dbcLockTransactionAutoConfiguration;
import dev.distributedlock.autoconfigure.transaction.ReactiveLockTransactionAutoConfiguration;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.boot.transaction.autoconfigure.TransactionManagerCustomizationAutoConfiguration;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * A real database with one table, as Boot sets it up, and the real engine on the store in
 * memory. What can be read outside of a transaction was committed.
 */
final class Database {

	private final JdbcTemplate jdbc;

	private final LockMonitor locks;

	Database(JdbcTemplate jdbc, LockMonitor locks) {
		this.jdbc = jdbc;
		this.locks = locks;
		jdbc.execute("create table payment (payer varchar(20))");
	}

	static ApplicationContextRunner locks() {
		return new ApplicationContextRunner()
			.withPropertyValues("distributed-lock.backend=in-memory", "distributed-lock.defaults.wait-time=1s")
			.withConfiguration(AutoConfigurations.of(InMemoryLockBackendAutoConfiguration.class,
					DistributedLockAutoConfiguration.class, DistributedLockAopAutoConfiguration.class,
					LockTransactionAutoConfiguration.class, ReactiveLockTransactionAutoConfiguration.class,
					R2dbcLockTransactionAutoConfiguration.class, AopAutoConfiguration.class,
					TransactionAutoConfiguration.class, TransactionManagerCustomizationAutoConfiguration.class));
	}

	static ApplicationContextRunner context() {
		return locks()
			.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class,
					DataSourceTransactionManagerAutoConfiguration.class, JdbcTemplateAutoConfiguration.class))
			.withBean(Database.class);
	}

	void insert(String payer) {
		this.jdbc.update("insert into payment values (?)", payer);
	}

	List<String> payers() {
		return this.jdbc.queryForList("select payer from payment order by payer", String.class);
	}

	/** Whether the store says that somebody holds a lock. */
	boolean locked(String name, Object... parts) {
		return this.locks.findHolder(LockKey.of(name, parts)).isPresent();
	}

	/** How many grants this instance holds. */
	int held() {
		return this.locks.held().size();
	}

}
