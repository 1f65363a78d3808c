package dev.distributedlock.architecture.planted.backend.two;

import dev.distributedlock.architecture.planted.autoconfigure.OpenAutoConfiguration;

/**
 * Planted: a store that knows its configuration and has none in the twin package.
 */
public final class TwoLockBackend {

	Object use() {
		return OpenAutoConfiguration.class;
	}

}
