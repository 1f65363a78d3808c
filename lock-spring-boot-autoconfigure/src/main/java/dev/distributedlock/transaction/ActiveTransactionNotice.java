package dev.distributedlock.transaction;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import dev.distributedlock.LockLease;
import dev.distributedlock.LockRequest;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.transaction.IllegalTransactionStateException;

/**
 * Tells, once for each method, that a lock is taken although a transaction is active; or
 * refuses it.
 */
final class ActiveTransactionNotice {

	private static final Logger logger = LoggerFactory.getLogger(ActiveTransactionNotice.class);

	private static final String FIX = "Begin the transaction inside of the lock: call the method outside of "
			+ "transactions; or, if it is the method's own @Transactional that is active, make "
			+ "distributed-lock.aop.order smaller than the order of transactions.";

	// Names that code makes up for its own locks may be many.
	private static final int MOST = 1_000;

	private final ActiveTransaction whenActive;

	private final Set<String> told = ConcurrentHashMap.newKeySet();

	ActiveTransactionNotice(ActiveTransaction whenActive) {
		this.whenActive = whenActive;
	}

	/**
	 * Return the names of locks that a call does not hold yet. What it holds already was
	 * taken before the transaction, or in it and told then.
	 */
	static List<String> notHeld(List<LockRequest> requests, List<LockLease> held) {
		return requests.stream()
			.filter((request) -> held.stream()
				.noneMatch((lease) -> lease.key().equals(request.key()) && lease.isValid()))
			.map(LockRequest::name)
			.distinct()
			.toList();
	}

	/**
	 * Tell of a call.
	 * @param call what is called
	 * @param locks the names of the locks that it does not hold yet
	 * @param transaction the name of the active transaction, if it has one
	 * @throws IllegalTransactionStateException if this is not allowed
	 */
	void tell(String call, List<String> locks, @Nullable String transaction) {
		if (locks.isEmpty()) {
			return;
		}
		String what = call + " would take lock " + locks + " inside of transaction '"
				+ ((transaction != null) ? transaction : "") + "', which is already active";
		if (this.whenActive == ActiveTransaction.FAIL) {
			throw new IllegalTransactionStateException(what
					+ ", and distributed-lock.transaction.active-transaction is 'fail': no lock was taken, and the "
					+ "method did not run. " + FIX);
		}
		if (this.told.size() < MOST && this.told.add(call)) {
			logger.warn(
					"{}. {} What that transaction has read may be older than the lock (with REPEATABLE READ or "
							+ "SERIALIZABLE, all that it reads), and it keeps its connection while it waits for the "
							+ "lock. {} This is told once for each method; see docs/transactions.md",
					what.replace(" would take ", " takes "), consequence(), FIX);
		}
	}

	private String consequence() {
		return (this.whenActive == ActiveTransaction.RELEASE_ON_RETURN)
				? "The lock is released when the method returns, before the transaction commits: the next holder does "
						+ "not see what was written under it."
				: "The lock is held until the transaction is over.";
	}

}
