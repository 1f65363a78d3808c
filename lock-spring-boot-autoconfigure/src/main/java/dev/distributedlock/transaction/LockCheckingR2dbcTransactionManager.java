package dev.distributedlock.transaction;

import java.util.Objects;

import dev.distributedlock.reactive.ReactiveLockContext;
import reactor.core.publisher.Mono;

import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.transaction.reactive.GenericReactiveTransaction;
import org.springframework.transaction.reactive.TransactionSynchronizationManager;

/**
 * A transaction manager for R2DBC that rolls a transaction back that is about to commit
 * in a subscription that has lost a lock.
 */
// A listener is not told the Reactor context, and a synchronization cannot be registered
// where a transaction begins. This is the one place that all commits pass and that has
// the context. A wrapper would be no R2dbcTransactionManager for whoever asks for one.
final class LockCheckingR2dbcTransactionManager extends R2dbcTransactionManager {

	private final ToleratedLosses tolerated;

	/** Create a manager that is set up as another one. */
	LockCheckingR2dbcTransactionManager(R2dbcTransactionManager template, ToleratedLosses tolerated) {
		super(Objects.requireNonNull(template.getConnectionFactory(), "'connectionFactory' must not be null"));
		this.tolerated = tolerated;
		setEnforceReadOnly(template.isEnforceReadOnly());
		setTransactionExecutionListeners(template.getTransactionExecutionListeners());
	}

	@Override
	protected Mono<Void> prepareForCommit(TransactionSynchronizationManager synchronizationManager,
			GenericReactiveTransaction status) {
		return super.prepareForCommit(synchronizationManager, status)
			.then(Mono.deferContextual((context) -> Mono.fromRunnable(
					() -> this.tolerated.check(ReactiveLockContext.leases(context), status.getTransactionName()))));
	}

}
