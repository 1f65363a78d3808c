package dev.distributedlock.transaction;

import dev.distributedlock.LockContext;

import org.springframework.transaction.TransactionExecution;
import org.springframework.transaction.TransactionExecutionListener;

/**
 * Rolls a transaction back that is about to commit on a thread that has lost a lock.
 */
// A listener of the manager, since the transaction begins inside of the lock and the
// advice does not see it begin. It is the last thing before the commit, after all that
// was flushed because of it. What it throws has the manager roll back.
final class CommitCheck implements TransactionExecutionListener {

	private final ToleratedLosses tolerated;

	CommitCheck(ToleratedLosses tolerated) {
		this.tolerated = tolerated;
	}

	@Override
	public void beforeCommit(TransactionExecution transaction) {
		this.tolerated.check(LockContext.leases(), transaction.getTransactionName());
	}

}
