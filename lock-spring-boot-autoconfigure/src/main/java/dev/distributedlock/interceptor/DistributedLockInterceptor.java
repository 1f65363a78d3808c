package dev.distributedlock.interceptor;

import java.lang.reflect.Method;
import java.util.Optional;
import java.util.function.Supplier;

import dev.distributedlock.LockLease;
import dev.distributedlock.LockRegistry;
import dev.distributedlock.LockRequest;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/**
 * Runs a locked method under its lock.
 */
final class DistributedLockInterceptor implements MethodInterceptor {

	private final LockOperationSource operations;

	private final Supplier<LockRegistry> registry;

	DistributedLockInterceptor(LockOperationSource operations, Supplier<LockRegistry> registry) {
		this.operations = operations;
		this.registry = registry;
	}

	@Override
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		LockOperation operation = operationOf(invocation);
		LockRequest request = operation.requestFor(invocation);
		if (!operation.skipIfBusy()) {
			return proceedUnder(this.registry.get().acquire(request), invocation);
		}
		Optional<LockLease> lease = this.registry.get().tryAcquire(request);
		return (lease.isPresent()) ? proceedUnder(lease.get(), invocation) : operation.skipped();
	}

	private LockOperation operationOf(MethodInvocation invocation) {
		Method method = invocation.getMethod();
		Object target = invocation.getThis();
		// The class for which the pointcut matched: a target that is a proxy itself, such
		// as
		// a repository, has its annotations on the interfaces of that proxy.
		Class<?> targetClass = (target != null) ? target.getClass() : method.getDeclaringClass();
		return this.operations.find(method, targetClass)
			.orElseThrow(() -> new IllegalStateException("No lock is declared for " + method + " on its target "
					+ targetClass.getName() + ", although its proxy was made to lock it: the method was not called"));
	}

	/**
	 * What the method throws is what the caller sees: try-with-resources adds a failure
	 * of the release to it as suppressed. After a normal return, the loss of the lock is
	 * what the caller sees.
	 */
	private static @Nullable Object proceedUnder(LockLease lease, MethodInvocation invocation) throws Throwable {
		try (lease) {
			return invocation.proceed();
		}
	}

}
