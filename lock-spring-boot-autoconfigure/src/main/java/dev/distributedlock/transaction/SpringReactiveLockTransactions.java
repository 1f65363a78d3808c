package dev.distributedlock.transaction;

import java.util.ArrayList;
import java.util.List;

import dev.distributedlock.LockLease;
import dev.distributedlock.LockRequest;
import dev.distributedlock.LockTransactions.Release;
import dev.distributedlock.interceptor.ReactiveLockTransactions;
import dev.distributedlock.reactive.ReactiveLockContext;
import reactor.core.publisher.Mono;

import org.springframework.transaction.NoTransactionException;
import org.springframework.transaction.reactive.TransactionSynchronizationManager;

/**
 * The transactions that Spring carries in the Reactor context.
 */
public final class SpringReactiveLockTransactions implements ReactiveLockTransactions {

	private final ActiveTransaction whenActive;

	private final ToleratedLosses tolerated;

	private final ActiveTransactionNotice notice;

	private final Active none = new NoTransaction();

	/**
	 * Create the transactions.
	 * @param whenActive what becomes of a lock that is taken in an active transaction
	 * @param tolerated the leases whose loss does not keep a transaction from committing
	 */
	public SpringReactiveLockTransactions(ActiveTransaction whenActive, ToleratedLosses tolerated) {
		this.whenActive = whenActive;
		this.tolerated = tolerated;
		this.notice = new ActiveTransactionNotice(whenActive);
	}

	@Override
	public Mono<Active> beforeAcquire(String call, List<LockRequest> requests) {
		return Mono.deferContextual((context) -> TransactionSynchronizationManager.forCurrentTransaction()
			.filter((transaction) -> transaction.isActualTransactionActive() && transaction.isSynchronizationActive())
			.map((transaction) -> {
				Active active = (this.whenActive == ActiveTransaction.RELEASE_ON_RETURN) ? this.none
						: new KeepingTransaction(transaction);
				List<LockLease> held = new ArrayList<>(active.leases());
				held.addAll(ReactiveLockContext.leases(context));
				this.notice.tell(call, ActiveTransactionNotice.notHeld(requests, held),
						transaction.getCurrentTransactionName());
				return active;
			})
			.onErrorReturn(NoTransactionException.class, this.none)
			.defaultIfEmpty(this.none));
	}

	private class NoTransaction implements Active {

		@Override
		public Release join(List<LockLease> leases, boolean lossTolerated) {
			if (!lossTolerated) {
				return Release.AT_ONCE;
			}
			ToleratedLosses tolerated = SpringReactiveLockTransactions.this.tolerated;
			leases.forEach(tolerated::add);
			return tolerated::close;
		}

	}

	// Registered before the locks are acquired: when they are, the transaction may have
	// been cancelled.
	private final class KeepingTransaction extends NoTransaction {

		private final TransactionSynchronizationManager transaction;

		private final KeptLocks kept;

		KeepingTransaction(TransactionSynchronizationManager transaction) {
			this.transaction = transaction;
			this.kept = ReactiveKeptLocks.of(transaction, SpringReactiveLockTransactions.this.tolerated);
		}

		@Override
		public List<LockLease> leases() {
			return this.kept.leases();
		}

		@Override
		public Release join(List<LockLease> leases, boolean lossTolerated) {
			if (!this.transaction.isSynchronizationActive()) {
				return super.join(leases, lossTolerated);
			}
			leases.forEach((lease) -> this.kept.keep(lease, lossTolerated));
			return this.kept::letGo;
		}

	}

}
