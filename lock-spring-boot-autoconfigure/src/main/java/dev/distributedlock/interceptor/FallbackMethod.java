package dev.distributedlock.interceptor;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

import dev.distributedlock.LockTimeoutException;

import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Finds the method that answers instead of a locked one, and refuses one that could not.
 */
final class FallbackMethod {

	private final String name;

	private final DeclarationSite declaration;

	private final Method locked;

	FallbackMethod(String name, DeclarationSite declaration) {
		this.name = name;
		this.declaration = declaration;
		this.locked = declaration.method();
	}

	BusyReaction.Fallback find() {
		List<Method> candidates = candidates();
		if (candidates.isEmpty()) {
			throw invalid("is no method of " + this.declaration.type().getName(),
					"Add the method " + signature() + ", or correct the name.");
		}
		List<Method> fitting = candidates.stream().filter(this::accepts).toList();
		if (fitting.isEmpty()) {
			throw invalid("has other parameters than the locked method: " + signatures(candidates),
					"Give it the signature " + signature() + "; the exception may be left out.");
		}
		if (fitting.size() > 1) {
			throw invalid("means several methods: " + signatures(fitting), "Rename those that are not meant.");
		}
		return checked(fitting.get(0));
	}

	private List<Method> candidates() {
		return Arrays.stream(ReflectionUtils.getUniqueDeclaredMethods(this.declaration.type()))
			.filter((method) -> method.getName().equals(this.name) && !method.isBridge() && !method.equals(this.locked))
			.toList();
	}

	private boolean accepts(Method candidate) {
		if (KotlinFunctions.isSuspending(candidate) && !KotlinFunctions.isSuspending(this.locked)) {
			return false;
		}
		Class<?>[] wanted = KotlinFunctions.parameterTypes(this.locked);
		Class<?>[] parameters = KotlinFunctions.parameterTypes(candidate);
		boolean sameArguments = parameters.length >= wanted.length
				&& Arrays.equals(wanted, Arrays.copyOf(parameters, wanted.length));
		return sameArguments && (parameters.length == wanted.length || takesFailure(candidate));
	}

	private boolean takesFailure(Method candidate) {
		Class<?>[] parameters = KotlinFunctions.parameterTypes(candidate);
		return parameters.length == KotlinFunctions.parameterTypes(this.locked).length + 1
				&& parameters[parameters.length - 1].isAssignableFrom(LockTimeoutException.class)
				&& Throwable.class.isAssignableFrom(parameters[parameters.length - 1]);
	}

	private BusyReaction.Fallback checked(Method fallback) {
		Class<?> returned = KotlinFunctions.returnType(fallback);
		Class<?> wanted = KotlinFunctions.returnType(this.locked);
		if (!wanted.isAssignableFrom(returned)
				&& !wanted.isAssignableFrom(ClassUtils.resolvePrimitiveIfNecessary(returned))) {
			throw invalid("returns " + returned.getName() + ", where the locked method returns " + wanted.getName(),
					"Give it the signature " + signature() + ".");
		}
		if (LockAnnotations.areOn(fallback, this.declaration.type())) {
			throw invalid("is locked itself, but would be called without its lock",
					"Remove the lock from it (@NoLock where the class has one), or call it where the exception is caught.");
		}
		if (Modifier.isAbstract(fallback.getModifiers())) {
			throw invalid("has no body", "Name a method that has one.");
		}
		ReflectionUtils.makeAccessible(fallback);
		return new BusyReaction.Fallback(fallback, takesFailure(fallback));
	}

	private String signature() {
		String parameters = Arrays.stream(KotlinFunctions.parameterTypes(this.locked))
			.map((type) -> ClassUtils.getShortName(type) + ", ")
			.collect(Collectors.joining());
		return ClassUtils.getShortName(KotlinFunctions.returnType(this.locked)) + " " + this.name + "(" + parameters
				+ "LockTimeoutException)";
	}

	private static String signatures(List<Method> methods) {
		return methods.stream().map(DeclarationSite::location).collect(Collectors.joining(", "));
	}

	private InvalidLockDeclarationException invalid(String reason, String action) {
		return this.declaration.invalid("fallback", this.name, reason, action, null);
	}

}
