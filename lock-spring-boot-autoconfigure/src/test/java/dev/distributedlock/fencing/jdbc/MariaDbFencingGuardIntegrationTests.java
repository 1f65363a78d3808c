package dev.distributedlock.fencing.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import dev.distributedlock.testsupport.DatabaseServer;
import org.junit.jupiter.api.BeforeAll;

class MariaDbFencingGuardIntegrationTests extends JdbcFencingGuardContract {

	MariaDbFencingGuardIntegrationTests() {
		super("mariadb");
	}

	@BeforeAll
	static void startServer() {
		DatabaseServer.MARIADB.assumePresent();
	}

	@Override
	HikariDataSource connect() {
		HikariDataSource dataSource = new HikariDataSource();
		dataSource.setJdbcUrl(DatabaseServer.MARIADB.url());
		dataSource.setUsername(DatabaseServer.MARIADB.user());
		return dataSource;
	}

	@Override
	FenceStatements.Family expectedFamily() {
		return FenceStatements.Family.MYSQL;
	}

}
