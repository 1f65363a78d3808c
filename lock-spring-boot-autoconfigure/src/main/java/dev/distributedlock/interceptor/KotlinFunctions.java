package dev.distributedlock.interceptor;

import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.util.Arrays;

import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.core.KotlinDetector;
import org.springframework.core.MethodParameter;
import org.springframework.core.Nullness;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;

/**
 * Methods as their source has them. A suspending function of Kotlin has one more
 * parameter in Java, its continuation, and another return type; for all other methods
 * both views are the same. Needs nothing of Kotlin unless there are such functions.
 */
final class KotlinFunctions {

	private static final boolean REACTOR_IS_PRESENT = ClassUtils.isPresent("kotlinx.coroutines.reactor.MonoKt",
			KotlinFunctions.class.getClassLoader());

	private KotlinFunctions() {
	}

	// By name: a suspending function is recognized whether or not Kotlin's reflection is
	// there.
	static boolean isSuspending(Method method) {
		Class<?>[] parameters = method.getParameterTypes();
		return parameters.length > 0
				&& parameters[parameters.length - 1].getName().equals("kotlin.coroutines.Continuation");
	}

	/**
	 * Return what is needed to call a function of coroutines and is not there.
	 * @return the library, {@code null} if there is all
	 */
	static @Nullable String missingLibrary(Method method) {
		if (!REACTOR_IS_PRESENT) {
			return "org.jetbrains.kotlinx:kotlinx-coroutines-reactor";
		}
		return (isSuspending(method) && !KotlinDetector.isKotlinReflectPresent())
				? "org.jetbrains.kotlin:kotlin-reflect" : null;
	}

	/** Return the types of the declared parameters. */
	static Class<?>[] parameterTypes(Method method) {
		Class<?>[] parameters = method.getParameterTypes();
		return (isSuspending(method)) ? Arrays.copyOf(parameters, parameters.length - 1) : parameters;
	}

	/** Return the arguments of a call for the declared parameters. */
	static @Nullable Object[] arguments(MethodInvocation invocation) {
		@Nullable Object[] arguments = invocation.getArguments();
		return (isSuspending(invocation.getMethod())) ? Arrays.copyOf(arguments, arguments.length - 1) : arguments;
	}

	/**
	 * Return the declared return type: {@code void} for {@code Unit}, {@code int} for
	 * {@code Int}, {@code Integer} for {@code Int?}.
	 */
	static Class<?> returnType(Method method) {
		if (!isSuspending(method)) {
			return method.getReturnType();
		}
		Class<?> returned = new MethodParameter(method, -1).getParameterType();
		return (neverReturnsNull(method)) ? MethodType.methodType(returned).unwrap().returnType() : returned;
	}

	/** Return the declared return type with what it is made of. */
	static ResolvableType genericReturnType(Method method) {
		return (isSuspending(method)) ? ResolvableType.forMethodParameter(new MethodParameter(method, -1))
				: ResolvableType.forMethodReturnType(method);
	}

	/**
	 * Return whether a method must not return {@code null}, as its Kotlin source has it;
	 * {@code false} where that cannot be told.
	 */
	static boolean neverReturnsNull(Method method) {
		return KotlinDetector.isKotlinReflectPresent() && KotlinDetector.isKotlinType(method.getDeclaringClass())
				&& Nullness.forMethodReturnType(method) == Nullness.NON_NULL;
	}

}
