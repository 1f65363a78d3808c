package dev.distributedlock.transaction;

import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Releases the locks that a transaction of a thread keeps when it is over.
 */
// Spring takes the synchronizations of a transaction off its thread while that is
// suspended, so the locks belong to the transaction that was active when they were taken.
final class KeptLocksCompletion implements TransactionSynchronization {

	private final KeptLocks locks;

	// Used by the thread that completes the transaction.
	private boolean handedOn;

	private KeptLocksCompletion(KeptLocks locks) {
		this.locks = locks;
	}

	/** Return what the current transaction keeps. */
	static KeptLocks ofCurrentTransaction(ToleratedLosses tolerated) {
		for (TransactionSynchronization known : TransactionSynchronizationManager.getSynchronizations()) {
			if (known instanceof KeptLocksCompletion completion) {
				return completion.locks;
			}
		}
		KeptLocks locks = new KeptLocks(tolerated, TransactionSynchronizationManager.getCurrentTransactionName());
		TransactionSynchronizationManager.registerSynchronization(new KeptLocksCompletion(locks));
		return locks;
	}

	@Override
	public void beforeCommit(boolean readOnly) {
		this.locks.check();
	}

	/**
	 * Others of the same order that were registered since then, such as listeners of
	 * transactional events, are to run under the lock.
	 */
	@Override
	public void beforeCompletion() {
		TransactionSynchronizationManager.registerSynchronization(new Last(this.locks));
		this.handedOn = true;
	}

	@Override
	public void afterCompletion(int status) {
		if (!this.handedOn) {
			this.locks.release(status == STATUS_ROLLED_BACK);
		}
	}

	private record Last(KeptLocks locks) implements TransactionSynchronization {

		@Override
		public void afterCompletion(int status) {
			this.locks.release(status == STATUS_ROLLED_BACK);
		}

	}

}
