package dev.distributedlock.interceptor;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.Aware;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Methods that are called on the bean itself and not on its proxy: by the container when
 * it sets the bean up and tears it down, and by the proxy in its own place.
 */
final class ContainerCallbacks {

	private static final List<String> ANNOTATIONS = List.of("jakarta.annotation.PostConstruct",
			"jakarta.annotation.PreDestroy");

	private static final List<Class<?>> INTERFACES = List.of(InitializingBean.class, DisposableBean.class);

	private ContainerCallbacks() {
	}

	static boolean isCallback(Method method) {
		return ReflectionUtils.isEqualsMethod(method) || ReflectionUtils.isHashCodeMethod(method)
				|| ANNOTATIONS.stream().anyMatch((annotation) -> AnnotatedElementUtils.isAnnotated(method, annotation))
				|| INTERFACES.stream().anyMatch((callback) -> isOf(callback, method)) || isAwareSetter(method);
	}

	/** Whether a bean's definition names a method to be called. */
	static boolean isCallback(Method method, RootBeanDefinition definition) {
		return method.getParameterCount() == 0
				&& Stream.concat(names(definition.getInitMethodNames()), names(definition.getDestroyMethodNames()))
					.anyMatch(method.getName()::equals);
	}

	private static Stream<String> names(String @Nullable [] names) {
		return (names != null) ? Arrays.stream(names) : Stream.empty();
	}

	static boolean isOf(Class<?> callback, Method method) {
		return callback.isAssignableFrom(method.getDeclaringClass()) && ClassUtils.hasMethod(callback, method);
	}

	private static boolean isAwareSetter(Method method) {
		return method.getName().startsWith("set")
				&& ClassUtils.getAllInterfacesForClassAsSet(method.getDeclaringClass())
					.stream()
					.filter(Aware.class::isAssignableFrom)
					.anyMatch((aware) -> ClassUtils.hasMethod(aware, method));
	}

}
