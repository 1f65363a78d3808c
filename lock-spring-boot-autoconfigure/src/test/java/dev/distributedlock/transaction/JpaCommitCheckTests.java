package dev.distributedlock.transaction;

import javax.sql.DataSource;

import dev.distributedlock.LockLostException;
import dev.distributedlock.annotation.DistributedLock;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.Id;
import jakarta.persistence.PersistenceContext;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.orm.jpa.LocalContainerEntityManagerFactoryBean;
import org.springframework.orm.jpa.persistenceunit.PersistenceManagedTypes;
import org.springframework.orm.jpa.vendor.HibernateJpaVendorAdapter;
import org.springframework.transaction.annotation.Transactional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Transactions of JPA whose lock is lost before they commit, with Hibernate.
 */
class JpaCommitCheckTests {

	private final ApplicationContextRunner runner = Database.context()
		.withPropertyValues("distributed-lock.locks.short.lease-time=50ms", "distributed-lock.locks.short.renew=false")
		.withUserConfiguration(Jpa.class)
		.withBean(Payments.class);

	@Test
	void changesOfAHolderThatHasLostItsLockAreNotWritten() {
		this.runner.run((context) -> {
			Payments payments = context.getBean(Payments.class);
			assertThatExceptionOfType(LockLostException.class).isThrownBy(() -> payments.late(1))
				.withMessageContaining("is rolled back instead of being committed");
			assertThat(rows(context.getBean(JdbcTemplate.class))).isZero();
			payments.inTime(1);
			assertThat(rows(context.getBean(JdbcTemplate.class))).isEqualTo(1);
		});
	}

	private static Integer rows(JdbcTemplate jdbc) {
		return jdbc.queryForObject("select count(*) from Receipt", Integer.class);
	}

	static class Payments {

		@PersistenceContext
		private EntityManager entities;

		@Transactional
		@DistributedLock(name = "payments", leaseTime = "30s")
		public void inTime(long id) {
			this.entities.persist(new Receipt(id));
		}

		@Transactional
		@DistributedLock(name = "short")
		public void late(long id) {
			this.entities.persist(new Receipt(id));
			CommitCheckTests.awaitLoss();
		}

	}

	@Entity(name = "Receipt")
	static class Receipt {

		@Id
		private Long id;

		protected Receipt() {
		}

		Receipt(long id) {
			this.id = id;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Jpa {

		@Bean
		LocalContainerEntityManagerFactoryBean entityManagerFactory(DataSource source) {
			LocalContainerEntityManagerFactoryBean factory = new LocalContainerEntityManagerFactoryBean();
			factory.setDataSource(source);
			HibernateJpaVendorAdapter adapter = new HibernateJpaVendorAdapter();
			adapter.setGenerateDdl(true);
			factory.setJpaVendorAdapter(adapter);
			factory.setManagedTypes(PersistenceManagedTypes.of(Receipt.class.getName()));
			return factory;
		}

		@Bean
		JpaTransactionManager transactionManager(EntityManagerFactory factory) {
			return new JpaTransactionManager(factory);
		}

	}

}
