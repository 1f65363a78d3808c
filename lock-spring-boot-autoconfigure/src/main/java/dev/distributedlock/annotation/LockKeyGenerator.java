package dev.distributedlock.annotation;

import java.lang.reflect.Method;

import org.jspecify.annotations.Nullable;

/**
 * Makes the key of a locked call in code, where an expression would be too long. A bean,
 * named by {@link DistributedLock#keyGenerator()}.
 */
@FunctionalInterface
public interface LockKeyGenerator {

	/**
	 * Make the key of one call. Called once per call, before the lock is asked for; must
	 * be quick and must not depend on anything that the call itself changes.
	 * @param target the bean that is called
	 * @param method the locked method
	 * @param arguments the arguments of the call
	 * @return the value, as an expression would give it: one value with a text of its
	 * own, or a collection or an array of such, to lock all of them
	 */
	@Nullable Object generate(Object target, Method method, @Nullable Object... arguments);

}
