package dev.distributedlock.interceptor;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.function.Supplier;

import dev.distributedlock.LockTimeoutException;
import dev.distributedlock.annotation.LockFailureHandler;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a call that did not get its locks in time.
 */
sealed interface BusyReaction {

	/**
	 * Answer a call instead of its method.
	 * @param busy which lock was busy
	 * @param invocation the call
	 * @return what the caller gets; for a method that returns a stage, a stage or what
	 * one is to complete with
	 * @throws Throwable what the caller gets instead
	 */
	@Nullable Object answer(LockTimeoutException busy, MethodInvocation invocation) throws Throwable;

	/** The caller is told. */
	record Throw() implements BusyReaction {

		@Override
		public Object answer(LockTimeoutException busy, MethodInvocation invocation) {
			throw busy;
		}

	}

	/**
	 * The call is left out.
	 *
	 * @param value what it returns
	 */
	record Skip(@Nullable Object value) implements BusyReaction {

		@Override
		public @Nullable Object answer(LockTimeoutException busy, MethodInvocation invocation) {
			return this.value;
		}

	}

	/**
	 * Another method of the bean answers.
	 *
	 * @param method the method
	 * @param takesFailure whether its last parameter is the failure
	 */
	record Fallback(Method method, boolean takesFailure) implements BusyReaction {

		@Override
		public @Nullable Object answer(LockTimeoutException busy, MethodInvocation invocation) throws Throwable {
			@Nullable Object[] arguments = KotlinFunctions.arguments(invocation);
			if (this.takesFailure) {
				arguments = Arrays.copyOf(arguments, arguments.length + 1);
				arguments[arguments.length - 1] = busy;
			}
			if (KotlinFunctions.isSuspending(this.method)) {
				return CoroutineCall.answer(this.method, invocation, arguments);
			}
			try {
				return this.method.invoke(invocation.getThis(), arguments);
			}
			catch (InvocationTargetException ex) {
				throw ex.getTargetException();
			}
		}

	}

	/**
	 * A bean answers.
	 *
	 * @param handler the bean, made when it is needed
	 */
	record Handle(Supplier<? extends LockFailureHandler> handler) implements BusyReaction {

		@Override
		public @Nullable Object answer(LockTimeoutException busy, MethodInvocation invocation) throws Throwable {
			return this.handler.get().handle(busy, invocation.getMethod(), KotlinFunctions.arguments(invocation));
		}

	}

}
