package dev.distributedlock.test;

import dev.distributedlock.annotation.DistributedLock;

/**
 * Its locks are in a store of their own.
 */
class ShopLedger {

	@DistributedLock(name = "ledger", key = "#account", backend = "ledgerStore", leaseTime = "10s")
	public void bookDuring(String account, Runnable meanwhile) {
		meanwhile.run();
	}

}
