package dev.distributedlock.fencing.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import dev.distributedlock.testsupport.DatabaseServer;
import org.junit.jupiter.api.BeforeAll;

class PostgresFencingGuardIntegrationTests extends JdbcFencingGuardContract {

	PostgresFencingGuardIntegrationTests() {
		super("postgresql");
	}

	@BeforeAll
	static void startServer() {
		DatabaseServer.POSTGRESQL.assumePresent();
	}

	@Override
	HikariDataSource connect() {
		HikariDataSource dataSource = new HikariDataSource();
		dataSource.setJdbcUrl(DatabaseServer.POSTGRESQL.url());
		dataSource.setUsername(DatabaseServer.POSTGRESQL.user());
		return dataSource;
	}

	@Override
	FenceStatements.Family expectedFamily() {
		return FenceStatements.Family.POSTGRESQL;
	}

}
