package dev.distributedlock.test;

/**
 * What the application asks the store for.
 */
public enum StoreOperation {

	/** An attempt to acquire a lock. */
	ACQUIRE,

	/** The renewal of a lease, or its extension by the holder. */
	RENEW,

	/** The release of a lock. */
	RELEASE

}
