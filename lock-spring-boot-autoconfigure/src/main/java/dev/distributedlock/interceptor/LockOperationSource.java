package dev.distributedlock.interceptor;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.distributedlock.LockDefinition;
import dev.distributedlock.LockDefinitions;
import dev.distributedlock.annotation.DistributedLock;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.Aware;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.core.MethodClassKey;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotationConfigurationException;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.core.env.PropertyResolver;
import org.springframework.util.ClassUtils;

/**
 * The locked methods of the application's beans. A class is looked through once, when its
 * first bean is created: all of its annotations are parsed and checked then, so that a
 * mistake is found before the first call.
 */
public final class LockOperationSource implements LockDefinitions {

	private static final List<Class<?>> CONTAINER_CALLBACKS = List.of(Aware.class, InitializingBean.class,
			DisposableBean.class, AutoCloseable.class);

	private final LockOperationParser parser;

	private final Map<Class<?>, Map<Method, LockOperation>> byClass = new ConcurrentHashMap<>();

	private final Map<MethodClassKey, Optional<LockOperation>> byCall = new ConcurrentHashMap<>();

	/**
	 * Create a source.
	 * @param properties replaces <code>${...}</code> in names and times
	 */
	public LockOperationSource(PropertyResolver properties) {
		this.parser = new LockOperationParser(properties);
	}

	@Override
	public Collection<LockDefinition> all() {
		return operations().map(LockOperation::definition)
			.sorted(Comparator.comparing(LockDefinition::name).thenComparing(LockDefinition::location))
			.toList();
	}

	Stream<LockOperation> operations() {
		// Beans of one class, or of subclasses, share the operations of its methods.
		return this.byClass.values()
			.stream()
			.flatMap((operations) -> operations.values().stream())
			.collect(Collectors.toMap(LockOperation::definition, (operation) -> operation, (one, same) -> one))
			.values()
			.stream();
	}

	Optional<LockOperation> find(Method method, Class<?> targetClass) {
		MethodClassKey call = new MethodClassKey(method, targetClass);
		Optional<LockOperation> known = this.byCall.get(call);
		if (known == null) {
			known = Optional.ofNullable(of(targetClass).get(mostSpecific(method, targetClass)));
			this.byCall.put(call, known);
		}
		return known;
	}

	Map<Method, LockOperation> of(Class<?> beanClass) {
		Class<?> type = ClassUtils.getUserClass(beanClass);
		if (!isCandidate(type)) {
			return Map.of();
		}
		Map<Method, LockOperation> known = this.byClass.get(type);
		if (known == null) {
			known = Map.copyOf(MethodIntrospector.selectMethods(type,
					(MethodIntrospector.MetadataLookup<LockOperation>) (method) -> parse(method, type)));
			this.byClass.put(type, known);
		}
		return known;
	}

	private static boolean isCandidate(Class<?> type) {
		return !isOfFramework(type) && AnnotationUtils.isCandidateClass(type, DistributedLock.class);
	}

	private static boolean isOfFramework(Class<?> type) {
		return type.getName().startsWith("org.springframework.");
	}

	private @Nullable LockOperation parse(Method candidate, Class<?> type) {
		Method method = mostSpecific(candidate, type);
		DistributedLock lock = lockOn(method, type);
		return (lock != null) ? this.parser.parse(lock, method, type) : null;
	}

	private static Method mostSpecific(Method method, Class<?> targetClass) {
		// The methods of a JDK proxy say nothing; those of its interfaces do.
		return (Proxy.isProxyClass(targetClass)) ? method : AopUtils.getMostSpecificMethod(method, targetClass);
	}

	private static @Nullable DistributedLock lockOn(Method method, Class<?> type) {
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
