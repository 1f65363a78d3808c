package dev.distributedlock.test;

/**
 * A time during which the application cannot reach the store. Other instances can, and
 * the store goes on to count leases.
 */
@FunctionalInterface
public interface Outage extends AutoCloseable {

	/** End it: the application reaches the store again. Again does nothing. */
	void heal();

	/** End it. */
	@Override
	default void close() {
		heal();
	}

}
