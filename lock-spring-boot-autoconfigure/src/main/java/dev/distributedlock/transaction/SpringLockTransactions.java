package dev.distributedlock.transaction;

import java.util.List;

import dev.distributedlock.LockContext;
import dev.distributedlock.LockLease;
import dev.distributedlock.LockRequest;
import dev.distributedlock.LockTransactions;

import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * The transactions that Spring binds to threads.
 */
// A transaction that is being completed has no synchronizations any more, although it is
// still called active: its callbacks take locks as if there was none.
public final class SpringLockTransactions implements LockTransactions {

	private final ActiveTransaction whenActive;

	private final ToleratedLosses tolerated;

	private final ActiveTransactionNotice notice;

	/**
	 * Create the transactions.
	 * @param whenActive what becomes of a lock that is taken in an active transaction
	 * @param tolerated the leases whose loss does not keep a transaction from committing
	 */
	public SpringLockTransactions(ActiveTransaction whenActive, ToleratedLosses tolerated) {
		this.whenActive = whenActive;
		this.tolerated = tolerated;
		this.notice = new ActiveTransactionNotice(whenActive);
	}

	@Override
	public void beforeAcquire(String call, List<LockRequest> requests) {
		if (active()) {
			this.notice.tell(call, ActiveTransactionNotice.notHeld(requests, LockContext.leases()),
					TransactionSynchronizationManager.getCurrentTransactionName());
		}
	}

	@Override
	public Release join(List<LockLease> leases, boolean lossTolerated) {
		if (this.whenActive == ActiveTransaction.RELEASE_ON_RETURN || !active()) {
			return (lossTolerated) ? tolerateLoss(leases) : Release.AT_ONCE;
		}
		KeptLocks kept = KeptLocksCompletion.ofCurrentTransaction(this.tolerated);
		leases.forEach((lease) -> kept.keep(lease, lossTolerated));
		return kept::letGo;
	}

	@Override
	public Release tolerateLoss(List<LockLease> leases) {
		leases.forEach(this.tolerated::add);
		return this.tolerated::close;
	}

	private static boolean active() {
		return TransactionSynchronizationManager.isActualTransactionActive()
				&& TransactionSynchronizationManager.isSynchronizationActive();
	}

}
