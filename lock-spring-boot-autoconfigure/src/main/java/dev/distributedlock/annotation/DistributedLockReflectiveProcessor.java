package dev.distributedlock.annotation;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.Set;
import java.util.stream.Collectors;

import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.ExecutableMode;
import org.springframework.aot.hint.ReflectionHints;
import org.springframework.aot.hint.annotation.ReflectiveProcessor;
import org.springframework.core.annotation.MergedAnnotations;

/**
 * Keeps what key expressions read in a native image: the properties of the parameters of
 * locked methods, and the methods that answer instead of them.
 */
final class DistributedLockReflectiveProcessor implements ReflectiveProcessor {

	private final BindingReflectionHintsRegistrar binding = new BindingReflectionHintsRegistrar();

	@Override
	public void registerReflectionHints(ReflectionHints hints, AnnotatedElement element) {
		if (element instanceof Method method) {
			registerMethod(hints, method);
			registerFallbacks(hints, method, method.getDeclaringClass());
		}
		else if (element instanceof Class<?> type && !type.isAnnotation()) {
			for (Method method : type.getMethods()) {
				if (method.getDeclaringClass() != Object.class) {
					registerMethod(hints, method);
				}
			}
			registerFallbacks(hints, type, type);
		}
	}

	private static void registerFallbacks(ReflectionHints hints, AnnotatedElement element, Class<?> type) {
		Set<String> names = MergedAnnotations.from(element)
			.stream(DistributedLock.class)
			.map((lock) -> lock.getString("fallback"))
			.filter((name) -> !name.isEmpty())
			.collect(Collectors.toSet());
		for (Method method : type.getDeclaredMethods()) {
			if (names.contains(method.getName())) {
				hints.registerMethod(method, ExecutableMode.INVOKE);
			}
		}
	}

	private void registerMethod(ReflectionHints hints, Method method) {
		hints.registerMethod(method, ExecutableMode.INVOKE);
		this.binding.registerReflectionHints(hints, method.getGenericParameterTypes());
	}

}
