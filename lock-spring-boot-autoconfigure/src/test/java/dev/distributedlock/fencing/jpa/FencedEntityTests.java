package dev.distributedlock.fencing.jpa;

import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;

import javax.sql.DataSource;

import dev.distributedlock.LockContext;
import dev.distributedlock.StaleTokenException;
import dev.distributedlock.fencing.FixedLease;
import dev.distributedlock.fencing.jdbc.JdbcFencingGuard;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.core.io.ClassPathResource;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.orm.jpa.EntityManagerFactoryUtils;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.orm.jpa.LocalContainerEntityManagerFactoryBean;
import org.springframework.orm.jpa.persistenceunit.PersistenceManagedTypes;
import org.springframework.orm.jpa.vendor.HibernateJpaVendorAdapter;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

class FencedEntityTests {

	private LocalContainerEntityManagerFactoryBean unit;

	private EntityManagerFactory factory;

	private TransactionTemplate transaction;

	@BeforeEach
	void startHibernate() {
		this.unit = unit(FencedProduct.class, PlainProduct.class, VersionlessProduct.class);
		this.factory = Objects.requireNonNull(this.unit.getObject());
		this.transaction = new TransactionTemplate(new JpaTransactionManager(this.factory));
		this.transaction.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
		run((entities) -> {
			entities.persist(new FencedProduct("tea", 100));
			entities.persist(new PlainProduct("tea", 100));
			entities.persist(new VersionlessProduct("tea", 100));
		});
	}

	@AfterEach
	void stopHibernate() {
		this.unit.destroy();
	}

	@Test
	void staleWriteLandsWithoutFence() {
		change(PlainProduct.class, 8, 99);
		change(PlainProduct.class, 7, 42);
		assertThat(stock(PlainProduct.class)).isEqualTo(42);
	}

	@Test
	void staleWriteIsRefused() {
		change(FencedProduct.class, 8, 99);
		assertThatException().isThrownBy(() -> change(FencedProduct.class, 7, 42))
			.havingRootCause()
			.isInstanceOfSatisfying(StaleTokenException.class, (ex) -> {
				assertThat(ex.presentedToken()).isEqualTo(7);
				assertThat(ex.seenToken()).hasValue(8);
				assertThat(ex.lockName()).contains("stock");
			});
		assertThat(stock(FencedProduct.class)).isEqualTo(99);
	}

	@Test
	void staleRemovalIsRefused() {
		change(FencedProduct.class, 8, 99);
		assertThatExceptionOfType(StaleTokenException.class)
			.isThrownBy(() -> under(7, () -> run((entities) -> entities.remove(find(entities, FencedProduct.class)))));
		under(8, () -> run((entities) -> entities.remove(find(entities, FencedProduct.class))));
		run((entities) -> assertThat(entities.find(FencedProduct.class, "tea")).isNull());
	}

	@Test
	void sameTokenWritesAsOftenAsItLikes() {
		change(FencedProduct.class, 7, 99);
		change(FencedProduct.class, 7, 98);
		under(7, () -> run((entities) -> {
			find(entities, FencedProduct.class).setStock(97);
			entities.flush();
			find(entities, FencedProduct.class).setStock(96);
		}));
		assertThat(stock(FencedProduct.class)).isEqualTo(96);
	}

	@Test
	void withoutLockNothingIsChanged() {
		assertThatException().isThrownBy(() -> run((entities) -> find(entities, FencedProduct.class).setStock(42)))
			.havingRootCause()
			.isInstanceOf(IllegalStateException.class)
			.withMessageContaining("runs under no distributed lock");
		assertThat(stock(FencedProduct.class)).isEqualTo(100);
	}

	@Test
	void newRowRemembersItsHolder() {
		under(8, () -> run((entities) -> entities.persist(new FencedProduct("coffee", 5))));
		run((entities) -> assertThat(entities.find(FencedProduct.class, "coffee").getFence()).isEqualTo(8));
	}

	@Test
	void staleHolderThatReadBeforeItsSuccessorWroteIsRefused() {
		assertThatException().isThrownBy(() -> readThenLetTheSuccessorWrite(FencedProduct.class))
			.isInstanceOf(OptimisticLockingFailureException.class);
		assertThat(stock(FencedProduct.class)).isEqualTo(99);
	}

	@Test
	void withoutVersionTheSameStaleWriteLands() {
		readThenLetTheSuccessorWrite(VersionlessProduct.class);
		assertThat(stock(VersionlessProduct.class)).isEqualTo(42);
	}

	private void readThenLetTheSuccessorWrite(Class<? extends Stocked> type) {
		under(7, () -> run((entities) -> {
			Stocked stale = find(entities, type);
			under(8, () -> run((others) -> find(others, type).setStock(99)));
			stale.setStock(42);
		}));
	}

	@Test
	void guardOfTheDatabaseWorksInTransactionsOfEntities() {
		DataSource dataSource = Objects.requireNonNull(this.unit.getDataSource());
		new ResourceDatabasePopulator(new ClassPathResource("schema-h2.sql", JdbcFencingGuard.class))
			.execute(dataSource);
		JdbcFencingGuard guard = new JdbcFencingGuard(dataSource);
		under(8, () -> run((entities) -> {
			guard.check();
			find(entities, PlainProduct.class).setStock(99);
		}));
		assertThatExceptionOfType(StaleTokenException.class).isThrownBy(() -> under(7, () -> run((entities) -> {
			find(entities, PlainProduct.class).setStock(42);
			guard.check();
		})));
		assertThat(stock(PlainProduct.class)).isEqualTo(99);
	}

	@Test
	void entityWithoutVersionStopsTheStart() {
		assertThatExceptionOfType(UnfencedEntityException.class)
			.isThrownBy(() -> FencedEntityCheck.verify(this.factory))
			.withMessageContaining(VersionlessProduct.class.getName())
			.withMessageContaining("@Version");
	}

	@Test
	void entityWithoutListenerStopsTheStart() {
		LocalContainerEntityManagerFactoryBean unheard = unit(FencedProduct.class, UnheardProduct.class);
		try {
			assertThatExceptionOfType(UnfencedEntityException.class)
				.isThrownBy(() -> FencedEntityCheck.verify(Objects.requireNonNull(unheard.getObject())))
				.withMessageContaining(UnheardProduct.class.getName())
				.satisfies((ex) -> assertThat(ex.action()).contains("@EntityListeners"));
		}
		finally {
			unheard.destroy();
		}
	}

	@Test
	void entityAsDocumentedPassesTheCheck() {
		LocalContainerEntityManagerFactoryBean good = unit(FencedProduct.class, PlainProduct.class);
		try {
			assertThatNoException()
				.isThrownBy(() -> FencedEntityCheck.verify(Objects.requireNonNull(good.getObject())));
		}
		finally {
			good.destroy();
		}
	}

	private void change(Class<? extends Stocked> type, long token, int stock) {
		under(token, () -> run((entities) -> find(entities, type).setStock(stock)));
	}

	private static void under(long token, Runnable work) {
		try (var held = LockContext.attach(FixedLease.of("stock", "tea", token))) {
			work.run();
		}
	}

	private int stock(Class<? extends Stocked> type) {
		return Objects.requireNonNull(this.transaction.execute((status) -> find(entities(), type).getStock()));
	}

	private void run(Consumer<EntityManager> work) {
		this.transaction.executeWithoutResult((status) -> work.accept(entities()));
	}

	private EntityManager entities() {
		return Objects.requireNonNull(EntityManagerFactoryUtils.getTransactionalEntityManager(this.factory));
	}

	private static <T> T find(EntityManager entities, Class<T> type) {
		return Objects.requireNonNull(entities.find(type, "tea"));
	}

	static LocalContainerEntityManagerFactoryBean unit(Class<?>... entities) {
		LocalContainerEntityManagerFactoryBean unit = new LocalContainerEntityManagerFactoryBean();
		unit.setDataSource(
				new DriverManagerDataSource("jdbc:h2:mem:jpa-" + System.nanoTime() + ";DB_CLOSE_DELAY=-1", "sa", ""));
		unit.setJpaVendorAdapter(new HibernateJpaVendorAdapter());
		unit.setManagedTypes(
				PersistenceManagedTypes.of(Stream.of(entities).map(Class::getName).toArray(String[]::new)));
		unit.setJpaPropertyMap(Map.of("hibernate.hbm2ddl.auto", "create"));
		unit.afterPropertiesSet();
		return unit;
	}

}
