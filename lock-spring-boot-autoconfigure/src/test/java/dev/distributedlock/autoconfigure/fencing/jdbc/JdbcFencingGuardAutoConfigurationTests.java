package dev.distributedlock.autoconfigure.fencing.jdbc;

import javax.sql.DataSource;

import dev.distributedlock.fencing.FencingToken;
import dev.distributedlock.fencing.FixedLease;
import dev.distributedlock.fencing.jdbc.JdbcFencingGuard;
import org.junit.jupiter.api.Test;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.init.DataSourceScriptDatabaseInitializer;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNoException;

class JdbcFencingGuardAutoConfigurationTests {

	private static final String INITIALIZE = "distributed-lock.fencing.jdbc.initialize-schema=";

	private final ApplicationContextRunner contexts = new ApplicationContextRunner()
		.withPropertyValues("spring.datasource.generate-unique-name=true")
		.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class,
				DataSourceTransactionManagerAutoConfiguration.class, JdbcFencingGuardAutoConfiguration.class));

	@Test
	void guardIsThereAndCreatesNoTableUnasked() {
		this.contexts.run((context) -> {
			assertThat(context).hasSingleBean(JdbcFencingGuard.class)
				.doesNotHaveBean(DataSourceScriptDatabaseInitializer.class);
			assertThatIllegalStateException().isThrownBy(() -> check(context))
				.withMessageContaining("'lock_fence'")
				.withMessageContaining("distributed-lock.fencing.jdbc.initialize-schema");
		});
	}

	@Test
	void tableIsCreatedWhereThatIsAskedFor() {
		this.contexts.withPropertyValues(INITIALIZE + "always")
			.run((context) -> assertThatNoException().isThrownBy(() -> check(context)));
		this.contexts.withPropertyValues(INITIALIZE + "embedded")
			.run((context) -> assertThatNoException().isThrownBy(() -> check(context)));
	}

	@Test
	void neverMeansThatNoInitializerAsksTheDatabase() {
		this.contexts.withPropertyValues(INITIALIZE + "never")
			.run((context) -> assertThat(context).doesNotHaveBean(DataSourceScriptDatabaseInitializer.class));
	}

	@Test
	void tableMayHaveAnotherName() {
		this.contexts.withPropertyValues("distributed-lock.fencing.jdbc.table=public.fences").run((context) -> {
			new JdbcTemplate(context.getBean(DataSource.class))
				.execute("create table fences (lock_key varchar(512) primary key, fence bigint, written_at timestamp)");
			assertThatNoException().isThrownBy(() -> check(context));
		});
		this.contexts.withPropertyValues("distributed-lock.fencing.jdbc.table=fences; drop table x")
			.run((context) -> assertThat(context).hasFailed());
	}

	@Test
	void ownGuardWins() {
		this.contexts.withUserConfiguration(OwnGuard.class)
			.run((context) -> assertThat(context).getBean(JdbcFencingGuard.class)
				.isSameAs(context.getBean("ownGuard")));
	}

	@Test
	void withoutDataSourceOrJdbcThereIsNoGuard() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(JdbcFencingGuardAutoConfiguration.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(JdbcFencingGuard.class));
		this.contexts.withClassLoader(new FilteredClassLoader(JdbcTemplate.class))
			.run((context) -> assertThat(context).doesNotHaveBean("jdbcFencingGuard"));
	}

	@Test
	void scriptsGoIntoNativeImages() {
		RuntimeHints hints = new RuntimeHints();
		new FencingSchemaRuntimeHints().registerHints(hints, getClass().getClassLoader());
		assertThat(
				RuntimeHintsPredicates.resource().forResource("dev/distributedlock/fencing/jdbc/schema-postgresql.sql"))
			.accepts(hints);
		assertThat(JdbcFencingGuardAutoConfiguration.class.getAnnotation(ImportRuntimeHints.class).value())
			.containsExactly(FencingSchemaRuntimeHints.class);
	}

	private static void check(ApplicationContext context) {
		new TransactionTemplate(context.getBean(PlatformTransactionManager.class))
			.executeWithoutResult((status) -> context.getBean(JdbcFencingGuard.class)
				.check(FencingToken.of(FixedLease.of("stock", "tea", 7))));
	}

	@Configuration(proxyBeanMethods = false)
	static class OwnGuard {

		@Bean
		JdbcFencingGuard ownGuard(DataSource dataSource) {
			return new JdbcFencingGuard(dataSource);
		}

	}

}
