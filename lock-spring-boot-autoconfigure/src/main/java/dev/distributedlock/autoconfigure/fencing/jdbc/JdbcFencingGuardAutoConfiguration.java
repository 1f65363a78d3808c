package dev.distributedlock.autoconfigure.fencing.jdbc;

import javax.sql.DataSource;

import dev.distributedlock.fencing.jdbc.JdbcFencingGuard;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jdbc.init.DatabaseInitializationProperties;
import org.springframework.boot.jdbc.init.PropertiesBasedDataSourceScriptDatabaseInitializer;
import org.springframework.boot.sql.autoconfigure.init.OnDatabaseInitializationCondition;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Auto-configuration of the fencing guard for relational databases. The guard does
 * nothing until it is asked; an application with several data sources makes one for each
 * that it wants to guard.
 */
@AutoConfiguration(afterName = "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration")
@ConditionalOnClass({ JdbcTemplate.class, DatabaseInitializationProperties.class })
@ConditionalOnSingleCandidate(DataSource.class)
@EnableConfigurationProperties(JdbcFencingGuardProperties.class)
@ImportRuntimeHints(FencingSchemaRuntimeHints.class)
public final class JdbcFencingGuardAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	JdbcFencingGuard jdbcFencingGuard(DataSource dataSource, JdbcFencingGuardProperties properties) {
		return new JdbcFencingGuard(dataSource, properties.getTable());
	}

	@Bean
	@ConditionalOnMissingBean(name = "fencingSchemaInitializer")
	@ConditionalOnProperty("distributed-lock.fencing.jdbc.initialize-schema")
	@Conditional(OnInitialization.class)
	PropertiesBasedDataSourceScriptDatabaseInitializer<JdbcFencingGuardProperties> fencingSchemaInitializer(
			DataSource dataSource, JdbcFencingGuardProperties properties) {
		return new PropertiesBasedDataSourceScriptDatabaseInitializer<>(dataSource, properties);
	}

	/**
	 * Not for the value {@code never}: the initializer would ask the database what it is.
	 */
	static final class OnInitialization extends OnDatabaseInitializationCondition {

		OnInitialization() {
			super("Fencing", "distributed-lock.fencing.jdbc.initialize-schema");
		}

	}

}
