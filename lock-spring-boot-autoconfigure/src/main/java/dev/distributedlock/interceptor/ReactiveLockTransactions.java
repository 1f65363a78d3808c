package dev.distributedlock.interceptor;

import java.util.List;

import dev.distributedlock.LockLease;
import dev.distributedlock.LockRequest;
import dev.distributedlock.LockTransactions;
import reactor.core.publisher.Mono;

/**
 * What a reactive transaction has to do with the locks that are taken while it is active.
 *
 * @see LockTransactions
 */
@FunctionalInterface
public interface ReactiveLockTransactions {

	/** There are no transactions: locks are released when their call is over. */
	ReactiveLockTransactions NONE = (call, requests) -> Mono.just(Active.NONE);

	/**
	 * A call is about to acquire locks.
	 * @param call what is called, for messages
	 * @param requests what it will lock
	 * @return the transaction that is active in the Reactor context that this is
	 * subscribed with, or {@link Active#NONE}; an error if locks are not allowed in it
	 */
	Mono<Active> beforeAcquire(String call, List<LockRequest> requests);

	/** A transaction. */
	interface Active {

		/** No transaction. */
		Active NONE = new Active() {
		};

		/**
		 * Return the leases that the transaction keeps already, which a call in it holds
		 * re-entrantly.
		 * @return the leases
		 */
		default List<LockLease> leases() {
			return List.of();
		}

		/**
		 * A call has acquired its locks.
		 * @param leases the leases
		 * @param lossTolerated whether a transaction may commit although one was lost
		 * @return how to let go of each of them when the call is over
		 */
		default LockTransactions.Release join(List<LockLease> leases, boolean lossTolerated) {
			return LockTransactions.Release.AT_ONCE;
		}

	}

}
