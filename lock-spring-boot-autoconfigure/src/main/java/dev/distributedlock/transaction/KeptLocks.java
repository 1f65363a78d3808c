package dev.distributedlock.transaction;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.distributedlock.LockLease;
import dev.distributedlock.LockLostException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The locks that were taken in a transaction and are held until it is over.
 */
// One lease for each grant: a method that is called a thousand times in one transaction
// leaves one lease behind, and the others are closed when their calls are over.
//
// A transaction may be completed by another thread than the one that began it (JTA), and
// a subscription be cancelled while a call in it waits for its lock: what comes after the
// completion is not kept.
final class KeptLocks {

	private static final Logger logger = LoggerFactory.getLogger(KeptLocks.class);

	private final ToleratedLosses tolerated;

	private final String transaction;

	private final ReentrantLock lock = new ReentrantLock();

	@GuardedBy("lock")
	private final List<LockLease> leases = new ArrayList<>();

	@GuardedBy("lock")
	private boolean over;

	/**
	 * Create the locks of a transaction.
	 * @param transaction the name of the transaction, for messages
	 */
	KeptLocks(ToleratedLosses tolerated, @Nullable String transaction) {
		this.tolerated = tolerated;
		this.transaction = (transaction != null) ? transaction : "";
	}

	/** Keep a lease, unless the transaction is over. */
	void keep(LockLease lease, boolean lossTolerated) {
		this.lock.lock();
		try {
			if (this.over) {
				return;
			}
			LockLease same = sameGrant(lease);
			if (same == null) {
				this.leases.add(lease);
				if (lossTolerated) {
					this.tolerated.add(lease);
				}
			}
			else if (!lossTolerated) {
				this.tolerated.remove(same);
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * A call is over.
	 * @throws LockLostException if its lock was lost
	 */
	void letGo(LockLease lease) {
		if (leases().contains(lease)) {
			ToleratedLosses.ensureNotLost(lease);
		}
		else {
			lease.close();
		}
	}

	/**
	 * The transaction is about to commit.
	 * @throws LockLostException if one of the locks was lost
	 */
	void check() {
		this.tolerated.check(leases(), this.transaction);
	}

	/** The transaction is over. */
	void release(boolean rolledBack) {
		List<LockLease> kept = end();
		for (int i = kept.size() - 1; i >= 0; i--) {
			release(kept.get(i), rolledBack);
		}
	}

	List<LockLease> leases() {
		this.lock.lock();
		try {
			return List.copyOf(this.leases);
		}
		finally {
			this.lock.unlock();
		}
	}

	private List<LockLease> end() {
		this.lock.lock();
		try {
			this.over = true;
			return List.copyOf(this.leases);
		}
		finally {
			this.lock.unlock();
		}
	}

	private void release(LockLease lease, boolean rolledBack) {
		try {
			this.tolerated.close(lease);
		}
		catch (LockLostException ex) {
			// Too late to throw: what becomes of the transaction has been decided.
			if (rolledBack) {
				logger.debug("Transaction '{}' was rolled back, and a lock of it lost", this.transaction, ex);
			}
			else {
				logger.warn("Transaction '{}' may have been committed after a lock of it was lost: {}",
						this.transaction, ex.getMessage());
			}
		}
		// The others are to be released, whatever this one says.
		catch (RuntimeException ex) {
			logger.warn("Lock '{}' could not be released after transaction '{}'", lease.name(), this.transaction, ex);
		}
	}

	@GuardedBy("lock")
	private @Nullable LockLease sameGrant(LockLease lease) {
		for (LockLease kept : this.leases) {
			if (kept.key().equals(lease.key()) && kept.token() == lease.token() && kept.name().equals(lease.name())) {
				return kept;
			}
		}
		return null;
	}

}
