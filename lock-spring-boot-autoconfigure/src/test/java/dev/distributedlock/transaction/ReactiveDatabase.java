package dev.distributedlock.transaction;

import java.util.List;

import dev.distributedlock.LockKey;
import dev.distributedlock.LockMonitor;
import reactor.core.publisher.Mono;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcAutoConfiguration;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcTransactionManagerAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.r2dbc.core.DatabaseClient;

/**
 * As {@link Database}, over R2DBC.
 */
final class ReactiveDatabase {

	private final DatabaseClient client;

	private final LockMonitor locks;

	ReactiveDatabase(DatabaseClient client, LockMonitor locks) {
		this.client = client;
		this.locks = locks;
		client.sql("create table payment (payer varchar(20))").then().block();
	}

	static ApplicationContextRunner context() {
		return Database.locks()
			.withPropertyValues("spring.r2dbc.generate-unique-name=true")
			.withConfiguration(
					AutoConfigurations.of(R2dbcAutoConfiguration.class, R2dbcTransactionManagerAutoConfiguration.class))
			.withBean(ReactiveDatabase.class);
	}

	Mono<Void> insert(String payer) {
		return this.client.sql("insert into payment values (:payer)").bind("payer", payer).then();
	}

	List<String> payers() {
		return this.client.sql("select payer from payment order by payer")
			.map((row) -> String.valueOf(row.get("payer")))
			.all()
			.collectList()
			.blockOptional()
			.orElseThrow();
	}

	boolean locked(String name, Object... parts) {
		return this.locks.findHolder(LockKey.of(name, parts)).isPresent();
	}

	int held() {
		return this.locks.held().size();
	}

}
