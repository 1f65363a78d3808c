package dev.distributedlock.architecture.planted.core;

import dev.distributedlock.architecture.planted.RestlessLock;
import dev.distributedlock.architecture.planted.interceptor.NosyInterceptor;

/**
 * Planted: an inner part of the engine that is public, knows the advice, and closes a
 * cycle through the root.
 */
public final class OpenEngine {

	Object use() {
		return new Object[] { new RestlessLock(), new NosyInterceptor() };
	}

}
