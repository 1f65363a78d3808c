package dev.distributedlock.fencing.jdbc;

import com.zaxxer.hikari.HikariDataSource;

class JdbcFencingGuardTests extends JdbcFencingGuardContract {

	JdbcFencingGuardTests() {
		super("h2");
	}

	@Override
	HikariDataSource connect() {
		HikariDataSource dataSource = new HikariDataSource();
		dataSource.setJdbcUrl("jdbc:h2:mem:fence;DB_CLOSE_DELAY=-1;LOCK_TIMEOUT=20000");
		dataSource.setUsername("sa");
		return dataSource;
	}

	@Override
	FenceStatements.Family expectedFamily() {
		return FenceStatements.Family.STANDARD;
	}

}
