package dev.distributedlock.interceptor;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import dev.distributedlock.annotation.DistributedLock;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.Aware;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.core.annotation.AnnotationConfigurationException;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.util.ClassUtils;

/**
 * Finds the annotation of a method: on the method, on what it overrides, else on the type
 * and what that extends.
 */
final class LockAnnotations {

	private static final List<Class<?>> CONTAINER_CALLBACKS = List.of(Aware.class, InitializingBean.class,
			DisposableBean.class, AutoCloseable.class);

	private final Map<Class<?>, Boolean> declaring = new ConcurrentHashMap<>();

	/**
	 * Return whether a class, or anything that it extends, has the annotation somewhere.
	 * Looks at each class and interface once, so that the many beans without locks cost
	 * little.
	 */
	boolean areAnywhereIn(Class<?> type) {
		for (Class<?> above = type; above != null; above = above.getSuperclass()) {
			if (isDeclaredIn(above)) {
				return true;
			}
		}
		return ClassUtils.getAllInterfacesForClassAsSet(type).stream().anyMatch(this::isDeclaredIn);
	}

	private boolean isDeclaredIn(Class<?> type) {
		Boolean known = this.declaring.get(type);
		if (known == null) {
			known = AnnotationUtils.isCandidateClass(type, DistributedLock.class) && (isDeclaredOn(type)
					|| Arrays.stream(type.getDeclaredMethods()).anyMatch(LockAnnotations::isDeclaredOn));
			this.declaring.put(type, known);
		}
		return known;
	}

	private static boolean isDeclaredOn(AnnotatedElement element) {
		return MergedAnnotations.from(element).isPresent(DistributedLock.class);
	}

	static @Nullable DistributedLock find(Method method, Class<?> type) {
		try {
			MergedAnnotations onMethod = MergedAnnotations.from(method, SearchStrategy.TYPE_HIERARCHY);
			if (onMethod.isPresent(DistributedLock.class)) {
				return nearest(onMethod, method, type);
			}
			MergedAnnotations onType = MergedAnnotations.from(type, SearchStrategy.TYPE_HIERARCHY);
			if (onType.isPresent(DistributedLock.class) && isLockedByType(method)) {
				return nearest(onType, method, type);
			}
			return null;
		}
		catch (AnnotationConfigurationException ex) {
			throw InvalidLockDeclarationException.ofMethod(method, type,
					"has an annotation that contradicts itself: " + ex.getMessage(),
					"Set 'key' or its alias 'value', not both.");
		}
	}

	private static DistributedLock nearest(MergedAnnotations annotations, Method method, Class<?> type) {
		MergedAnnotation<DistributedLock> nearest = annotations.get(DistributedLock.class);
		long equallyNear = annotations.stream(DistributedLock.class)
			.filter((other) -> other.getAggregateIndex() == nearest.getAggregateIndex())
			.count();
		if (equallyNear > 1) {
			throw InvalidLockDeclarationException.ofMethod(method, type,
					"has " + equallyNear + " annotations that declare a lock, of which one only would be taken",
					"Keep one of them, and take the other lock with LockOperations.");
		}
		return nearest.synthesize();
	}

	private static boolean isLockedByType(Method method) {
		Class<?> declaring = method.getDeclaringClass();
		return Modifier.isPublic(method.getModifiers()) && !Modifier.isStatic(method.getModifiers())
				&& (declaring.isInterface() || !isOfFramework(declaring))
				&& CONTAINER_CALLBACKS.stream().noneMatch((callback) -> declares(callback, method));
	}

	// Methods such as the final setApplicationContext of a superclass. Applications may
	// be
	// samples of the framework.
	private static boolean isOfFramework(Class<?> type) {
		return type.getName().startsWith("org.springframework.")
				&& !type.getName().startsWith("org.springframework.samples.");
	}

	private static boolean declares(Class<?> callback, Method method) {
		if (callback == Aware.class) {
			return method.getName().startsWith("set")
					&& ClassUtils.getAllInterfacesForClassAsSet(method.getDeclaringClass())
						.stream()
						.filter(Aware.class::isAssignableFrom)
						.anyMatch((aware) -> ClassUtils.hasMethod(aware, method));
		}
		return callback.isAssignableFrom(method.getDeclaringClass()) && ClassUtils.hasMethod(callback, method);
	}

}
