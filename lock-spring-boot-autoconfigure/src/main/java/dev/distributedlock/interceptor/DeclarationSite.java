package dev.distributedlock.interceptor;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;

/**
 * Where a lock is declared, for names and messages.
 *
 * @param method the locked method
 * @param type the class of the bean, which may inherit the method
 */
record DeclarationSite(Method method, Class<?> type) {

	/** Return the name of a lock that has none: {@code OrderService.pay}. */
	String label() {
		return label(this.method);
	}

	/** Return the method with its parameters: {@code OrderService.pay(Order)}. */
	String location() {
		return location(this.method);
	}

	static String location(Method method) {
		return label(method) + parameters(method, ClassUtils::getShortName);
	}

	private static String label(Method method) {
		return method.getDeclaringClass().getSimpleName() + "." + method.getName();
	}

	static String parameters(Method method, Function<Class<?>, String> text) {
		return Arrays.stream(KotlinFunctions.parameterTypes(method))
			.map(text)
			.collect(Collectors.joining(", ", "(", ")"));
	}

	InvalidLockDeclarationException invalid(String attribute, String value, String reason, String action,
			@Nullable Throwable cause) {
		return InvalidLockDeclarationException.ofAttribute(this.method, this.type, attribute, value, reason, action,
				cause);
	}

}
