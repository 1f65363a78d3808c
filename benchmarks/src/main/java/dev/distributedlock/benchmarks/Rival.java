package dev.distributedlock.benchmarks;

/**
 * One way to lock, measured beside others.
 *
 * @param name what tables and {@code -Drivals} call it
 * @param client what it talks to Redis with
 * @param lock how it locks
 */
record Rival(String name, Client client, Lock lock) {

	@Override
	public String toString() {
		return this.name;
	}

	/** Clients of Redis: rivals on one client share its connections and threads. */
	enum Client {

		/** The small Redisson client that the auto-configuration makes for locks. */
		LOCK,

		/** A Redisson client with Redisson's own defaults, as an application has one. */
		REDISSON,

		/**
		 * Lettuce, plain or below Spring Data Redis, with one connection for commands.
		 */
		LETTUCE,

		/** None. */
		NONE;

		@Override
		public String toString() {
			return switch (this) {
				case LOCK -> "Redisson, small";
				case REDISSON -> "Redisson";
				case LETTUCE -> "Lettuce";
				case NONE -> "-";
			};
		}

	}

	/** Locks a key, waiting for it. */
	@FunctionalInterface
	interface Lock {

		/**
		 * Lock a key.
		 * @param key what to lock
		 * @return the hold, to be released by the same thread
		 * @throws InterruptedException if interrupted while waiting
		 */
		Hold acquire(String key) throws InterruptedException;

	}

	/** A lock that is held. */
	@FunctionalInterface
	interface Hold {

		/**
		 * Release the lock, and return when that is confirmed; at once if it is a rival's
		 * point not to wait for that.
		 */
		void release();

	}

}
