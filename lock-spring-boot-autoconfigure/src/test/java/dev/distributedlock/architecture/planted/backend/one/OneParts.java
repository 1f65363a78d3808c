package dev.distributedlock.architecture.planted.backend.one;

import dev.distributedlock.architecture.planted.backend.two.TwoLockBackend;

/**
 * Planted: a part of a store that is public and uses another store.
 */
public final class OneParts {

	Object use() {
		return new TwoLockBackend();
	}

}
