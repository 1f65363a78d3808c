package dev.distributedlock.interceptor;

import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;

import org.jspecify.annotations.Nullable;

import org.springframework.core.ReactiveAdapterRegistry;

/**
 * What the return type of a method means for its lock.
 */
final class ReturnTypes {

	private static final Map<Class<?>, Object> EMPTY = Map.of(Optional.class, Optional.empty(), OptionalInt.class,
			OptionalInt.empty(), OptionalLong.class, OptionalLong.empty(), OptionalDouble.class,
			OptionalDouble.empty());

	private ReturnTypes() {
	}

	/**
	 * Refuse methods that return before their work is done.
	 */
	static void check(Method method, Class<?> type) {
		if (isSuspending(method)) {
			throw refused(method, type, "is a suspending function");
		}
		if (isPromise(method.getReturnType())) {
			throw refused(method, type, "returns a " + method.getReturnType().getName());
		}
	}

	private static InvalidLockDeclarationException refused(Method method, Class<?> type, String what) {
		return InvalidLockDeclarationException.ofMethod(method, type,
				what + ": it would be unlocked before the work is done",
				"Lock a method that returns when its work is done, or hold a lease of "
						+ "LockRegistry.acquireAsync(...) until then.");
	}

	// By name: a suspending function is recognized whether or not Kotlin's reflection is
	// there.
	private static boolean isSuspending(Method method) {
		Class<?>[] parameters = method.getParameterTypes();
		return parameters.length > 0
				&& parameters[parameters.length - 1].getName().equals("kotlin.coroutines.Continuation");
	}

	private static boolean isPromise(Class<?> returnType) {
		return Future.class.isAssignableFrom(returnType) || CompletionStage.class.isAssignableFrom(returnType)
				|| Flow.Publisher.class.isAssignableFrom(returnType)
				|| ReactiveAdapterRegistry.getSharedInstance().getAdapter(returnType) != null;
	}

	/**
	 * Return what a call returns that was skipped.
	 */
	static @Nullable Object valueOfSkippedCall(Class<?> returnType) {
		if (returnType.isPrimitive() && returnType != void.class) {
			return Array.get(Array.newInstance(returnType, 1), 0);
		}
		return EMPTY.get(returnType);
	}

}
