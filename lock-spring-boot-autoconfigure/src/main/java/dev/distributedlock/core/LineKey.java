package dev.distributedlock.core;

import dev.distributedlock.LockKey;

/**
 * Which line an acquisition stands in: the common one of its key, or one of its own.
 * <p>
 * In the common line one asks the store for all, and grants are handed on. Those who may
 * hold the lock together, and those who insist on the order of the whole cluster, ask the
 * store each for itself: its queue is their only line.
 *
 * @param key the lock
 * @param owner whose own line it is, empty for the common one
 */
record LineKey(LockKey key, String owner) {

	/** The common line of a key. */
	static LineKey common(LockKey key) {
		return new LineKey(key, "");
	}

}
