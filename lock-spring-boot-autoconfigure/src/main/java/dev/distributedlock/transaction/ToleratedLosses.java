package dev.distributedlock.transaction;

import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import dev.distributedlock.LockLease;
import dev.distributedlock.LockLostException;

/**
 * The leases whose loss does not keep a transaction from committing, from when they are
 * acquired until they are released.
 */
public final class ToleratedLosses {

	private final Set<LockLease> leases = ConcurrentHashMap.newKeySet();

	private final boolean all;

	/**
	 * Create a set of leases that is empty.
	 * @param all whether the loss of every lease is tolerated
	 */
	public ToleratedLosses(boolean all) {
		this.all = all;
	}

	void add(LockLease lease) {
		this.leases.add(lease);
	}

	void remove(LockLease lease) {
		this.leases.remove(lease);
	}

	/** Release a lease, the loss of which is no longer of interest. */
	void close(LockLease lease) {
		remove(lease);
		lease.close();
	}

	/**
	 * Check leases before a commit.
	 * @param leases the leases
	 * @param transaction the name of the transaction, for the message
	 * @throws LockLostException if one was lost whose loss is not tolerated
	 */
	void check(Collection<LockLease> leases, String transaction) {
		if (this.all) {
			return;
		}
		for (LockLease lease : leases) {
			if (!lease.isValid() && !this.leases.contains(lease)) {
				checkLoss(lease, transaction);
			}
		}
	}

	private static void checkLoss(LockLease lease, String transaction) {
		try {
			ensureNotLost(lease);
		}
		catch (LockLostException ex) {
			throw new LockLostException("Transaction '" + transaction
					+ "' is rolled back instead of being committed, so that nothing is written by a stale holder. "
					+ ex.getMessage(), ex);
		}
	}

	/** Check that a lease was not lost; it may have been closed. */
	static void ensureNotLost(LockLease lease) {
		if (!lease.isValid()) {
			try {
				lease.ensureValid();
			}
			catch (IllegalStateException ex) {
				// Closed by its holder: released, and not lost.
			}
		}
	}

}
