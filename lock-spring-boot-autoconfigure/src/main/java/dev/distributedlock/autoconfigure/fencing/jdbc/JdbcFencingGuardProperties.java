package dev.distributedlock.autoconfigure.fencing.jdbc;

import dev.distributedlock.fencing.jdbc.JdbcFencingGuard;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.jdbc.init.DatabaseInitializationProperties;
import org.springframework.boot.sql.init.DatabaseInitializationMode;

/**
 * Configuration properties for the fencing guard of relational databases.
 */
@ConfigurationProperties("distributed-lock.fencing.jdbc")
public class JdbcFencingGuardProperties extends DatabaseInitializationProperties {

	private static final String SCRIPTS = "classpath:dev/distributedlock/fencing/jdbc/schema-@@platform@@.sql";

	/**
	 * Name of the table of fencing tokens. The scripts that come with the guard create
	 * the default one only.
	 */
	private String table = JdbcFencingGuard.DEFAULT_TABLE;

	/**
	 * Create properties that initialize nothing: that an application has a database does
	 * not say that it wants a table in it.
	 */
	public JdbcFencingGuardProperties() {
		setInitializeSchema(DatabaseInitializationMode.NEVER);
	}

	public String getTable() {
		return this.table;
	}

	public void setTable(String table) {
		this.table = table;
	}

	@Override
	public String getDefaultSchemaLocation() {
		return SCRIPTS;
	}

}
