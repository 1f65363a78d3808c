package dev.distributedlock.transaction;

import java.util.Optional;

import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.core.Ordered;
import org.springframework.transaction.reactive.TransactionSynchronization;
import org.springframework.transaction.reactive.TransactionSynchronizationManager;

/**
 * Releases the locks that a transaction of a subscription keeps when it is over.
 */
final class ReactiveKeptLocks implements TransactionSynchronization, Ordered {

	private final KeptLocks locks;

	private ReactiveKeptLocks(KeptLocks locks) {
		this.locks = locks;
	}

	/** Return what a transaction keeps, from now on. */
	static KeptLocks of(TransactionSynchronizationManager transaction, ToleratedLosses tolerated) {
		return find(transaction).orElseGet(() -> {
			KeptLocks locks = new KeptLocks(tolerated, transaction.getCurrentTransactionName());
			transaction.registerSynchronization(new ReactiveKeptLocks(locks));
			return locks;
		});
	}

	private static Optional<KeptLocks> find(TransactionSynchronizationManager transaction) {
		return transaction.getSynchronizations()
			.stream()
			.filter(ReactiveKeptLocks.class::isInstance)
			.map((known) -> ((ReactiveKeptLocks) known).locks)
			.findFirst();
	}

	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE;
	}

	@Override
	public Mono<Void> beforeCommit(boolean readOnly) {
		return Mono.fromRunnable(this.locks::check);
	}

	// A round trip, not to be made by a thread that must not block.
	@Override
	public Mono<Void> afterCompletion(int status) {
		return Mono.<Void>fromRunnable(() -> this.locks.release(status == STATUS_ROLLED_BACK))
			.subscribeOn(Schedulers.boundedElastic());
	}

}
