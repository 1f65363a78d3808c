package dev.distributedlock.interceptor;

import java.util.List;

import dev.distributedlock.LockContext;
import dev.distributedlock.LockLease;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.aop.interceptor.ExposeInvocationInterceptor;

/**
 * A call that goes on after its proxy has returned, on another thread.
 */
// What the thread of a pool lacks: the class loader of the application (threads of the
// common pool have that of the system, which does not see the jars within an executable
// jar), and the current call, which advice of AspectJ further inside looks for.
final class DetachedCall {

	private final MethodInvocation invocation;

	private final @Nullable ClassLoader classLoader = Thread.currentThread().getContextClassLoader();

	/**
	 * Detach a call from the current thread.
	 * @param invocation the call
	 */
	DetachedCall(MethodInvocation invocation) {
		this.invocation = copy(invocation);
	}

	MethodInvocation invocation() {
		return this.invocation;
	}

	/** Call the method; may be done more than once. */
	@Nullable Object proceed() throws Throwable {
		return ExposeInvocationInterceptor.INSTANCE.invoke(copy(this.invocation));
	}

	/** Call the method with another last argument. */
	@Nullable Object proceed(Object lastArgument) throws Throwable {
		MethodInvocation call = copy(this.invocation);
		@Nullable Object[] arguments = call.getArguments();
		arguments[arguments.length - 1] = lastArgument;
		return ExposeInvocationInterceptor.INSTANCE.invoke(call);
	}

	/** Have the current thread do a part of the call under leases. */
	<X extends Throwable> @Nullable Object under(List<LockLease> leases, Part<X> part) throws X {
		Thread thread = Thread.currentThread();
		ClassLoader before = thread.getContextClassLoader();
		List<LockContext.Scope> scopes = LockScopes.attach(leases);
		thread.setContextClassLoader(this.classLoader);
		try {
			return part.run();
		}
		finally {
			thread.setContextClassLoader(before);
			LockScopes.end(scopes);
		}
	}

	private static MethodInvocation copy(MethodInvocation invocation) {
		return (invocation instanceof ProxyMethodInvocation call) ? call.invocableClone() : invocation;
	}

	/** What a thread does of a call. */
	@FunctionalInterface
	interface Part<X extends Throwable> {

		@Nullable Object run() throws X;

	}

}
