package dev.distributedlock.interceptor;

import java.util.concurrent.CompletableFuture;

import javax.sql.DataSource;

import dev.distributedlock.annotation.DistributedLock;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.cache.concurrent.ConcurrentMapCacheManager;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabaseBuilder;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabaseType;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.resilience.annotation.EnableResilientMethods;
import org.springframework.resilience.annotation.Retryable;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.DefaultTransactionStatus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * The place of the lock among the advice of Spring itself.
 */
class AdviceOrderTests {

	private final ApplicationContextRunner runner = LockedBeans.context().withBean(Service.class);

	@Test
	void transactionIsInsideOfLock() {
		this.runner.withUserConfiguration(Database.class, Transactions.class).run((context) -> {
			context.getBean(Service.class).insert(false);
			assertThat(context.getBean(RecordingLockRegistry.class).events()).containsExactly("LOCK", "BEGIN", "BODY",
					"COMMIT", "UNLOCK");
			assertThat(rows(context.getBean(JdbcTemplate.class))).isEqualTo(1);
		});
	}

	@Test
	void rollbackIsInsideOfLock() {
		this.runner.withUserConfiguration(Database.class, Transactions.class).run((context) -> {
			assertThatIllegalStateException().isThrownBy(() -> context.getBean(Service.class).insert(true));
			assertThat(context.getBean(RecordingLockRegistry.class).events()).containsExactly("LOCK", "BEGIN", "BODY",
					"ROLLBACK", "UNLOCK");
			assertThat(rows(context.getBean(JdbcTemplate.class))).isZero();
		});
	}

	@Test
	void transactionsThatAreMovedOutsideNeedTheOrderOfTheLockMovedToo() {
		ApplicationContextRunner outermost = this.runner.withUserConfiguration(Database.class,
				OutermostTransactions.class);
		outermost.run((context) -> {
			context.getBean(Service.class).insert(false);
			assertThat(context.getBean(RecordingLockRegistry.class).events()).containsExactly("BEGIN", "LOCK", "BODY",
					"UNLOCK", "COMMIT");
		});
		outermost.withPropertyValues("distributed-lock.aop.order=-1").run((context) -> {
			context.getBean(Service.class).insert(false);
			assertThat(context.getBean(RecordingLockRegistry.class).events()).containsExactly("LOCK", "BEGIN", "BODY",
					"COMMIT", "UNLOCK");
		});
	}

	@Test
	void cacheIsInsideOfLockSoThatAHitTakesTheLockToo() {
		this.runner.withUserConfiguration(Caching.class).run((context) -> {
			Service service = context.getBean(Service.class);
			service.cached("a");
			service.cached("a");
			assertThat(context.getBean(RecordingLockRegistry.class).events()).containsExactly("LOCK", "BODY", "UNLOCK",
					"LOCK", "UNLOCK");
		});
	}

	@Test
	void retryIsOutsideOfLockSoThatEachAttemptTakesItAnew() {
		this.runner.withUserConfiguration(Resilience.class).run((context) -> {
			assertThatIllegalStateException().isThrownBy(() -> context.getBean(Service.class).retried());
			assertThat(context.getBean(RecordingLockRegistry.class).events()).containsExactly("LOCK", "BODY", "UNLOCK",
					"LOCK", "BODY", "UNLOCK");
		});
	}

	@Test
	void asynchronousCallTakesTheLockOnItsOwnThread() {
		this.runner.withUserConfiguration(Asynchrony.class).run((context) -> {
			CompletableFuture<Thread> ranOn = new CompletableFuture<>();
			context.getBean(Service.class).async(ranOn);
			assertThat(ranOn.get()).isNotSameAs(Thread.currentThread());
			context.getBean(SimpleAsyncTaskExecutor.class).close();
			assertThat(context.getBean(RecordingLockRegistry.class).events()).containsExactly("LOCK", "BODY", "UNLOCK");
		});
	}

	private static Integer rows(JdbcTemplate jdbc) {
		return jdbc.queryForObject("select count(*) from payment", Integer.class);
	}

	static class Service {

		private final RecordingLockRegistry locks;

		private final ObjectProvider<JdbcTemplate> jdbc;

		Service(RecordingLockRegistry locks, ObjectProvider<JdbcTemplate> jdbc) {
			this.locks = locks;
			this.jdbc = jdbc;
		}

		@Transactional
		@DistributedLock
		public void insert(boolean fail) {
			this.locks.event("BODY");
			this.jdbc.getObject().update("insert into payment values (1)");
			if (fail) {
				throw new IllegalStateException("body");
			}
		}

		@Cacheable("names")
		@DistributedLock
		public String cached(String key) {
			this.locks.event("BODY");
			return key;
		}

		@Retryable(maxRetries = 1, delay = 0)
		@DistributedLock
		public void retried() {
			this.locks.event("BODY");
			throw new IllegalStateException("body");
		}

		@Async
		@DistributedLock
		public void async(CompletableFuture<Thread> ranOn) {
			this.locks.event("BODY");
			ranOn.complete(Thread.currentThread());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Database {

		@Bean
		DataSource dataSource() {
			return new EmbeddedDatabaseBuilder().setType(EmbeddedDatabaseType.H2).generateUniqueName(true).build();
		}

		@Bean
		JdbcTemplate jdbcTemplate(DataSource dataSource) {
			JdbcTemplate jdbc = new JdbcTemplate(dataSource);
			jdbc.execute("create table payment (id int)");
			return jdbc;
		}

		@Bean
		RecordingTransactionManager transactionManager(DataSource dataSource, RecordingLockRegistry locks) {
			return new RecordingTransactionManager(dataSource, locks);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableTransactionManagement
	static class Transactions {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableTransactionManagement(order = 0)
	static class OutermostTransactions {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableCaching
	static class Caching {

		@Bean
		ConcurrentMapCacheManager cacheManager() {
			return new ConcurrentMapCacheManager("names");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableResilientMethods
	static class Resilience {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAsync
	static class Asynchrony {

		@Bean
		SimpleAsyncTaskExecutor taskExecutor() {
			SimpleAsyncTaskExecutor executor = new SimpleAsyncTaskExecutor();
			// Closing it waits for the release that follows the body.
			executor.setTaskTerminationTimeout(10_000);
			return executor;
		}

	}

	@SuppressWarnings("serial")
	static final class RecordingTransactionManager extends JdbcTransactionManager {

		private final transient RecordingLockRegistry locks;

		RecordingTransactionManager(DataSource dataSource, RecordingLockRegistry locks) {
			super(dataSource);
			this.locks = locks;
		}

		@Override
		protected void doBegin(Object transaction, TransactionDefinition definition) {
			this.locks.event("BEGIN");
			super.doBegin(transaction, definition);
		}

		@Override
		protected void doCommit(DefaultTransactionStatus status) {
			super.doCommit(status);
			this.locks.event("COMMIT");
		}

		@Override
		protected void doRollback(DefaultTransactionStatus status) {
			super.doRollback(status);
			this.locks.event("ROLLBACK");
		}

	}

}
