package dev.distributedlock.annotation;

/**
 * Whether the holder of a lock is alone.
 */
public enum LockMode {

	/** Nobody else holds the lock: the write lock of those who share it. */
	EXCLUSIVE,

	/**
	 * All who share the lock hold it together, and nobody holds it alone meanwhile: a
	 * read lock. Who waits to hold it alone is not overtaken by those who come later to
	 * share it.
	 */
	SHARED

}
