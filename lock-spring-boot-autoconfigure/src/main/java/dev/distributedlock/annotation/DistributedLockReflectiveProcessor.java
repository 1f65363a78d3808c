package dev.distributedlock.annotation;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;

import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.ExecutableMode;
import org.springframework.aot.hint.ReflectionHints;
import org.springframework.aot.hint.annotation.ReflectiveProcessor;

/**
 * Keeps what key expressions read in a native image: the properties of the parameters of
 * locked methods.
 */
final class DistributedLockReflectiveProcessor implements ReflectiveProcessor {

	private final BindingReflectionHintsRegistrar binding = new BindingReflectionHintsRegistrar();

	@Override
	public void registerReflectionHints(ReflectionHints hints, AnnotatedElement element) {
		if (element instanceof Method method) {
			registerMethod(hints, method);
		}
		else if (element instanceof Class<?> type && !type.isAnnotation()) {
			for (Method method : type.getMethods()) {
				if (method.getDeclaringClass() != Object.class) {
					registerMethod(hints, method);
				}
			}
		}
	}

	private void registerMethod(ReflectionHints hints, Method method) {
		hints.registerMethod(method, ExecutableMode.INVOKE);
		this.binding.registerReflectionHints(hints, method.getGenericParameterTypes());
	}

}
