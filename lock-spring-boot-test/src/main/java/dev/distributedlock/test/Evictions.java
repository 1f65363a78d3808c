package dev.distributedlock.test;

import java.util.List;

import dev.distributedlock.LockException;
import dev.distributedlock.LockKey;
import dev.distributedlock.LockLease;
import dev.distributedlock.LockLostException;
import dev.distributedlock.LockOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes locks away from the application that it holds.
 */
final class Evictions {

	private static final Logger logger = LoggerFactory.getLogger(Evictions.class);

	private final TestLockBackend backend;

	private final LockHistory history;

	Evictions(TestLockBackend backend, LockHistory history) {
		this.backend = backend;
		this.history = history;
	}

	void evict(LockKey key) {
		List<LockLease> held = this.history.leases().stream().filter((lease) -> lease.key().equals(key)).toList();
		if (held.isEmpty()) {
			throw new IllegalStateException(
					"The application does not hold '" + key.value() + "', so that it cannot be taken away; it holds "
							+ this.history.uses().stream().filter(LockUse::isHeld).toList());
		}
		held.forEach(this::takeAway);
	}

	/** Release what the current thread, or one that is over, has not released. */
	void evictForgotten() {
		for (LockLease lease : this.history.forgotten()) {
			logger.warn("Lock '{}' was not released by the test and is taken away from it", lease.key().value());
			takeAway(lease);
			try {
				lease.close();
			}
			catch (LockException ex) {
				logger.debug("Lock '{}' was released", lease.key(), ex);
			}
		}
	}

	private void takeAway(LockLease lease) {
		this.backend.revoke(lease.key(), lease.token());
		try {
			// Asks the store, and finds out at once.
			lease.extend(LockOptions.MIN_LEASE);
		}
		catch (LockLostException | IllegalStateException ex) {
			logger.debug("Lock '{}' was taken away", lease.key(), ex);
		}
	}

}
