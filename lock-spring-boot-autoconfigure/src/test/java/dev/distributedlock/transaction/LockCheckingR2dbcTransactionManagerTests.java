package dev.distributedlock.transaction;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.stream.Stream;

import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import org.junit.jupiter.api.Test;

import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.transaction.TransactionExecutionListener;
import org.springframework.transaction.reactive.AbstractReactiveTransactionManager;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A manager that stands for another one has all of its settings.
 */
class LockCheckingR2dbcTransactionManagerTests {

	private final ConnectionFactory connections = ConnectionFactories.get("r2dbc:h2:mem:///settings");

	@Test
	void settingsAreThoseOfTheOther() {
		R2dbcTransactionManager other = new R2dbcTransactionManager(this.connections);
		other.setEnforceReadOnly(true);
		TransactionExecutionListener listener = new TransactionExecutionListener() {
		};
		other.setTransactionExecutionListeners(List.of(listener));
		R2dbcTransactionManager checking = new LockCheckingR2dbcTransactionManager(other, new ToleratedLosses(false));
		assertThat(checking.getConnectionFactory()).isSameAs(this.connections);
		assertThat(checking.isEnforceReadOnly()).isTrue();
		assertThat(checking.getTransactionExecutionListeners()).containsExactly(listener);
	}

	/** Fails when Spring adds a setting that would be lost. */
	@Test
	void thereAreNoFurtherSettings() {
		assertThat(Stream.of(R2dbcTransactionManager.class, AbstractReactiveTransactionManager.class)
			.flatMap((type) -> Stream.of(type.getDeclaredFields()))
			.filter((field) -> !Modifier.isStatic(field.getModifiers()))
			.map(Field::getName)).containsExactlyInAnyOrder("connectionFactory", "enforceReadOnly", "logger",
					"transactionExecutionListeners");
	}

}
