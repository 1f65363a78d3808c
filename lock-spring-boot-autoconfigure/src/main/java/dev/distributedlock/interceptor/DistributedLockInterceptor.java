package dev.distributedlock.interceptor;

import java.util.Optional;
import java.util.function.Supplier;

import dev.distributedlock.LockLease;
import dev.distributedlock.LockRegistry;
import dev.distributedlock.LockRequest;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.support.AopUtils;

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
		Optional<LockOperation> operation = this.operations.find(invocation.getMethod(), targetClass(invocation));
		return (operation.isPresent()) ? invokeLocked(invocation, operation.get()) : invocation.proceed();
	}

	private static Class<?> targetClass(MethodInvocation invocation) {
		Object target = invocation.getThis();
		return (target != null) ? AopUtils.getTargetClass(target) : invocation.getMethod().getDeclaringClass();
	}

	private @Nullable Object invokeLocked(MethodInvocation invocation, LockOperation operation) throws Throwable {
		LockRequest request = operation.requestFor(invocation);
		if (!operation.skipIfBusy()) {
			return proceedUnder(this.registry.get().acquire(request), invocation);
		}
		Optional<LockLease> lease = this.registry.get().tryAcquire(request);
		return (lease.isPresent()) ? proceedUnder(lease.get(), invocation) : operation.skipped();
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
