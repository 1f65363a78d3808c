package dev.distributedlock.interceptor;

import java.lang.reflect.Method;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.ParameterNameDiscoverer;
import org.springframework.util.ClassUtils;

/**
 * The variables of a method's key expression: its parameters, by position and by name. A
 * name may come from the method itself or from a method that it overrides, since the
 * annotation may be on either.
 */
final class LockVariables {

	private static final Integer AMBIGUOUS = -1;

	private static final ParameterNameDiscoverer NAMES = new DefaultParameterNameDiscoverer();

	private final Map<String, Integer> indexes = new LinkedHashMap<>();

	private final int parameterCount;

	private final boolean named;

	LockVariables(Method method, Class<?> type) {
		this.parameterCount = KotlinFunctions.parameterTypes(method).length;
		addNames(method);
		for (Class<?> above : typesAbove(type)) {
			for (Method other : above.getDeclaredMethods()) {
				if (isOverridden(other, method) || isImplementedFor(type, other, method)) {
					addNames(other);
				}
			}
		}
		this.named = !this.indexes.isEmpty() || this.parameterCount == 0;
		for (int i = 0; i < this.parameterCount; i++) {
			this.indexes.put("p" + i, i);
			this.indexes.put("a" + i, i);
		}
	}

	private void addNames(Method method) {
		@Nullable String @Nullable [] names = NAMES.getParameterNames(method);
		if (names != null) {
			for (int i = 0; i < Math.min(names.length, this.parameterCount); i++) {
				if (names[i] != null) {
					// Methods that give one name to different parameters would lock the
					// wrong value.
					this.indexes.merge(names[i], i, (one, other) -> (one.equals(other)) ? one : AMBIGUOUS);
				}
			}
		}
	}

	private static Set<Class<?>> typesAbove(Class<?> type) {
		Set<Class<?>> types = new LinkedHashSet<>();
		for (Class<?> above = type; above != null && above != Object.class; above = above.getSuperclass()) {
			types.add(above);
		}
		types.addAll(ClassUtils.getAllInterfacesForClassAsSet(type));
		return types;
	}

	private static boolean isOverridden(Method candidate, Method method) {
		return !candidate.isSynthetic() && candidate.getName().equals(method.getName())
				&& candidate.getDeclaringClass() != method.getDeclaringClass()
				&& candidate.getDeclaringClass().isAssignableFrom(method.getDeclaringClass())
				&& accepts(candidate.getParameterTypes(), method.getParameterTypes());
	}

	// By a method of a superclass that does not know the interface.
	private static boolean isImplementedFor(Class<?> type, Method candidate, Method method) {
		return candidate.getDeclaringClass().isInterface() && !candidate.isSynthetic()
				&& candidate.getName().equals(method.getName())
				&& ClassUtils.getMostSpecificMethod(candidate, type).equals(method);
	}

	// The parameters of a generic method are wider than those of what implements it.
	private static boolean accepts(Class<?>[] wider, Class<?>[] parameters) {
		if (wider.length != parameters.length) {
			return false;
		}
		for (int i = 0; i < wider.length; i++) {
			if (!wider[i].isAssignableFrom(parameters[i])) {
				return false;
			}
		}
		return true;
	}

	boolean contains(String name) {
		return indexOf(name) >= 0;
	}

	/**
	 * Return which parameter a variable is.
	 * @return its position, negative if the variable is none
	 */
	int indexOf(String name) {
		return this.indexes.getOrDefault(name, AMBIGUOUS);
	}

	int parameterCount() {
		return this.parameterCount;
	}

	/**
	 * Return whether the class files have the names of parameters.
	 */
	boolean areNamed() {
		return this.named;
	}

	Set<String> names() {
		return this.indexes.keySet();
	}

	@Nullable Object value(String name, @Nullable Object[] arguments) {
		int index = indexOf(name);
		return (index >= 0) ? arguments[index] : null;
	}

}
