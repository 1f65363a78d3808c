package dev.distributedlock.interceptor;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import dev.distributedlock.annotation.DistributedLock;
import dev.distributedlock.annotation.NoLock;

import org.springframework.aop.support.AopUtils;
import org.springframework.core.annotation.AnnotationConfigurationException;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.util.ClassUtils;

/**
 * Finds the annotations of a method: on the method, on what it overrides, else on the
 * type and what that extends.
 */
final class LockAnnotations {

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

	/**
	 * Return the locks of a method: those that are written nearest to it.
	 * @return the annotations, none if the method is not locked
	 */
	static List<DistributedLock> find(Method method, Class<?> type) {
		try {
			MergedAnnotations onMethod = MergedAnnotations.from(method, SearchStrategy.TYPE_HIERARCHY);
			if (isExempt(onMethod, method, type)) {
				return List.of();
			}
			if (onMethod.isPresent(DistributedLock.class)) {
				return nearest(onMethod);
			}
			List<DistributedLock> lent = ofLentMethod(method, type);
			if (!lent.isEmpty()) {
				return lent;
			}
			return (isLockedByType(method)) ? nearest(MergedAnnotations.from(type, SearchStrategy.TYPE_HIERARCHY))
					: List.of();
		}
		catch (AnnotationConfigurationException ex) {
			throw InvalidLockDeclarationException.ofMethod(method, type,
					"has an annotation that contradicts itself: " + ex.getMessage(),
					"Set 'key' or its alias 'value', not both.");
		}
	}

	/**
	 * A method may implement that of an interface which its own class does not know: a
	 * subclass names the interface.
	 */
	private static List<DistributedLock> ofLentMethod(Method method, Class<?> type) {
		Class<?> declaring = method.getDeclaringClass();
		if (declaring == type || declaring.isInterface()) {
			return List.of();
		}
		return Arrays.stream(ClassUtils.getAllInterfacesForClass(type))
			.filter((contract) -> !contract.isAssignableFrom(declaring))
			.flatMap((contract) -> Arrays.stream(contract.getMethods()))
			.filter((other) -> other.getName().equals(method.getName())
					&& AopUtils.getMostSpecificMethod(other, type).equals(method))
			.map((other) -> MergedAnnotations.from(other, SearchStrategy.TYPE_HIERARCHY))
			.filter((annotations) -> annotations.isPresent(DistributedLock.class))
			.findFirst()
			.map(LockAnnotations::nearest)
			.orElse(List.of());
	}

	static boolean areOn(Method method, Class<?> type) {
		return !find(method, type).isEmpty();
	}

	private static boolean isExempt(MergedAnnotations onMethod, Method method, Class<?> type) {
		MergedAnnotation<NoLock> exempt = onMethod.get(NoLock.class);
		MergedAnnotation<DistributedLock> locked = onMethod.get(DistributedLock.class);
		if (!exempt.isPresent() || !locked.isPresent()) {
			return exempt.isPresent();
		}
		if (exempt.getAggregateIndex() == locked.getAggregateIndex()) {
			throw InvalidLockDeclarationException.ofMethod(method, type, "has a lock and @NoLock",
					"Keep one of the two.");
		}
		return exempt.getAggregateIndex() < locked.getAggregateIndex();
	}

	private static List<DistributedLock> nearest(MergedAnnotations annotations) {
		MergedAnnotation<DistributedLock> nearest = annotations.get(DistributedLock.class);
		return annotations.stream(DistributedLock.class)
			.filter((lock) -> lock.getAggregateIndex() == nearest.getAggregateIndex())
			.map(MergedAnnotation::synthesize)
			.toList();
	}

	private static boolean isLockedByType(Method method) {
		Class<?> declaring = method.getDeclaringClass();
		return Modifier.isPublic(method.getModifiers()) && !Modifier.isStatic(method.getModifiers())
				&& (declaring.isInterface() || !isOfFramework(declaring)) && !ContainerCallbacks.isCallback(method)
				&& !ContainerCallbacks.isOf(AutoCloseable.class, method);
	}

	// Methods such as the final setApplicationContext of a superclass. Applications may
	// be
	// samples of the framework.
	private static boolean isOfFramework(Class<?> type) {
		return type.getName().startsWith("org.springframework.")
				&& !type.getName().startsWith("org.springframework.samples.");
	}

}
