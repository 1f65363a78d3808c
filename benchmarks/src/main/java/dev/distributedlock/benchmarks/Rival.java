package dev.distributedlock.benchmarks;

/**
 * One way to lock, measured beside others.
 *
 * @param name what tables call it, with the client it uses
 * @param lock how it locks
 */
record Rival(String name, Lock lock) {

	@Override
	public String toString() {
		return this.name;
	}

	/** Locks a key, waiting for it. */
	@FunctionalInterface
	interface Lock {

		/**
		 * Lock a key.
		 * @param key what to lock
		 * @return the hold, to be released by the same thread
		 */
		Hold acquire(String key);

	}

	/** A lock that is held. */
	@FunctionalInterface
	interface Hold {

		/** Release the lock, and return when that is confirmed. */
		void release();

	}

}
