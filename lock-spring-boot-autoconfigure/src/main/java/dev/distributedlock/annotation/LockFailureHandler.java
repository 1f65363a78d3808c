package dev.distributedlock.annotation;

import java.lang.reflect.Method;

import dev.distributedlock.LockTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Answers calls whose lock was busy for the whole wait time. A bean, named by its type in
 * {@link DistributedLock#handler()}; may answer for many methods.
 */
@FunctionalInterface
public interface LockFailureHandler {

	/**
	 * Answer a call that did not get its lock. The method was not run, and no lock is
	 * held.
	 * @param busy who could not be waited for
	 * @param method the locked method
	 * @param arguments the arguments of the call
	 * @return what the caller gets; must fit the return type of the method
	 * @throws Throwable what the caller gets instead, such as {@code busy} itself or an
	 * exception of the application
	 */
	@Nullable Object handle(LockTimeoutException busy, Method method, @Nullable Object[] arguments) throws Throwable;

}
