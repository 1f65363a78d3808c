package dev.distributedlock.interceptor;

import java.util.List;

import dev.distributedlock.LockKey;
import org.aopalliance.intercept.MethodInvocation;

/**
 * Where the keys of the locks of one call come from: the method, an expression or a bean.
 */
@FunctionalInterface
interface LockKeys {

	/**
	 * Return the keys of the locks of one call.
	 * @param invocation the call
	 * @return the keys, at least one
	 * @throws dev.distributedlock.InvalidLockKeyException if the call identifies no lock
	 */
	List<LockKey> of(MethodInvocation invocation);

	/** The same lock for all calls. */
	static LockKeys constant(LockKey key) {
		List<LockKey> keys = List.of(key);
		return (invocation) -> keys;
	}

}
