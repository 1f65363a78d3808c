package dev.distributedlock.interceptor;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.distributedlock.LockDefinition;
import dev.distributedlock.LockDefinitions;
import dev.distributedlock.annotation.DistributedLock;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.core.MethodClassKey;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.env.PropertyResolver;
import org.springframework.util.ClassUtils;

/**
 * The locked methods of the application's beans. A class is looked through once, when its
 * first bean is created: all of its annotations are parsed and checked then, so that a
 * mistake is found before the first call.
 */
public final class LockOperationSource implements LockDefinitions {

	private final LockOperationParser parser;

	private final LockAnnotations annotations = new LockAnnotations();

	private final Map<Class<?>, Map<Method, LockOperation>> byClass = new ConcurrentHashMap<>();

	private final Map<MethodClassKey, Optional<LockOperation>> byCall = new ConcurrentHashMap<>();

	/**
	 * Create a source for locks that refer to no beans.
	 * @param properties replaces <code>${...}</code> in names and times
	 */
	public LockOperationSource(PropertyResolver properties) {
		this(properties, new StaticListableBeanFactory());
	}

	/**
	 * Create a source.
	 * @param properties replaces <code>${...}</code> in names and times
	 * @param beans the key generators, the handlers and the beans of expressions; asked
	 * when a call needs one
	 */
	public LockOperationSource(PropertyResolver properties, BeanFactory beans) {
		this(properties, beans, ConfiguredLocks.NONE);
	}

	/**
	 * Create a source.
	 * @param properties replaces <code>${...}</code> in names and times
	 * @param beans the key generators, the handlers and the beans of expressions; asked
	 * when a call needs one
	 * @param reactions what is configured beside the annotations
	 */
	public LockOperationSource(PropertyResolver properties, BeanFactory beans, ConfiguredLocks reactions) {
		this.parser = new LockOperationParser(properties, beans, reactions);
	}

	@Override
	public Collection<LockDefinition> all() {
		return locks().map(DeclaredLock::definition)
			.sorted(Comparator.comparing(LockDefinition::name).thenComparing(LockDefinition::location))
			.toList();
	}

	@Override
	public String backendOf(String name) {
		return this.parser.backends().of(name);
	}

	Stream<DeclaredLock> locks() {
		// Beans of one class, or of subclasses, share the locks of its methods.
		return this.byClass.values()
			.stream()
			.flatMap((operations) -> operations.values().stream())
			.flatMap((operation) -> operation.locks().stream())
			.collect(Collectors.toMap(DeclaredLock::definition, (lock) -> lock, (one, same) -> one))
			.values()
			.stream();
	}

	void forEachClass(BiConsumer<Class<?>, Set<Method>> action) {
		this.byClass.forEach((type, operations) -> action.accept(type, operations.keySet()));
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
		if (!this.annotations.areAnywhereIn(type)) {
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

	private @Nullable LockOperation parse(Method candidate, Class<?> type) {
		Method method = mostSpecific(candidate, type);
		List<DistributedLock> locks = LockAnnotations.find(method, type);
		return (locks.isEmpty()) ? null : this.parser.parse(locks, method, type);
	}

	private static Method mostSpecific(Method method, Class<?> targetClass) {
		// The methods of a JDK proxy say nothing; those of its interfaces do.
		return (Proxy.isProxyClass(targetClass)) ? method : AopUtils.getMostSpecificMethod(method, targetClass);
	}

}
