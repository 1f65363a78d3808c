package dev.distributedlock.autoconfigure.transaction;

import dev.distributedlock.transaction.ActiveTransaction;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Configuration properties for locks and transactions.
 */
@ConfigurationProperties("distributed-lock.transaction")
public class LockTransactionProperties {

	/**
	 * What becomes of a lock that is taken although a transaction is active already.
	 */
	private ActiveTransaction activeTransaction = ActiveTransaction.RELEASE_AFTER_COMPLETION;

	/**
	 * Whether a transaction is rolled back if a lock that it runs under was lost before
	 * its commit.
	 */
	private boolean checkBeforeCommit = true;

	public ActiveTransaction getActiveTransaction() {
		return this.activeTransaction;
	}

	public void setActiveTransaction(ActiveTransaction activeTransaction) {
		this.activeTransaction = activeTransaction;
	}

	public boolean isCheckBeforeCommit() {
		return this.checkBeforeCommit;
	}

	public void setCheckBeforeCommit(boolean checkBeforeCommit) {
		this.checkBeforeCommit = checkBeforeCommit;
	}

}
