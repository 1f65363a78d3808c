package dev.distributedlock.interceptor;

import java.lang.reflect.Method;
import java.util.List;

import dev.distributedlock.LockRequest;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/**
 * Runs a locked method under its locks.
 */
final class DistributedLockInterceptor implements MethodInterceptor {

	private final LockOperationSource operations;

	private final LockSequence locks;

	private final CallTransactions transactions;

	private final BlockingCall blocking;

	DistributedLockInterceptor(LockOperationSource operations, LockSequence locks, CallTransactions transactions) {
		this.operations = operations;
		this.locks = locks;
		this.transactions = transactions;
		this.blocking = new BlockingCall(locks, transactions.blocking());
	}

	@Override
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		LockOperation operation = operationOf(invocation);
		return switch (operation.returns()) {
			case VALUE -> invoke(operation, invocation);
			case STAGE -> StageCall.start(this.locks, this.transactions, operation, invocation);
			case PUBLISHER -> PublisherCall.publisher(this.locks, this.transactions, operation, invocation);
			case FLOW -> CoroutineCall.flow(this.locks, this.transactions, operation, invocation);
			case COROUTINE -> CoroutineCall.suspending(this.locks, this.transactions, operation, invocation);
		};
	}

	private @Nullable Object invoke(LockOperation operation, MethodInvocation invocation) throws Throwable {
		List<LockRequest> requests = operation.requestsFor(invocation);
		return (requests.isEmpty()) ? invocation.proceed() : this.blocking.run(operation, requests, invocation);
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

}
