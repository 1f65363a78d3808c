package dev.distributedlock.interceptor;

import java.util.function.Supplier;

import dev.distributedlock.LockTransactions;

/**
 * What locked calls ask about transactions: threads the one, subscriptions the other.
 *
 * @param blocking the transactions of threads; asked by the first call
 * @param reactive the transactions of subscriptions; asked by the first call
 */
public record CallTransactions(Supplier<LockTransactions> blocking, Supplier<ReactiveLockTransactions> reactive) {

	/** There are no transactions. */
	static CallTransactions none() {
		return new CallTransactions(() -> LockTransactions.NONE, () -> ReactiveLockTransactions.NONE);
	}

}
