package dev.distributedlock.architecture.planted.interceptor;

import dev.distributedlock.architecture.planted.backend.two.TwoLockBackend;

/**
 * Planted: advice that talks to a store.
 */
public final class NosyInterceptor {

	Object use() {
		return new TwoLockBackend();
	}

}
