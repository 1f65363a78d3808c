package dev.distributedlock.interceptor;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.aop.TargetSource;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.util.ClassUtils;

/**
 * Tells at start-up which beans have locked methods but no lock around them, because the
 * container made them without asking for their proxy: before its post-processors were
 * there, as part of its infrastructure, or not at all.
 */
public final class UnadvisedBeansReport implements SmartInitializingSingleton {

	private static final Logger logger = LoggerFactory.getLogger(UnadvisedBeansReport.class);

	private final LockOperationSource operations;

	private final ConfigurableListableBeanFactory beans;

	/**
	 * Create a report.
	 * @param operations the locked methods
	 * @param beans the beans
	 */
	public UnadvisedBeansReport(LockOperationSource operations, ConfigurableListableBeanFactory beans) {
		this.operations = operations;
		this.beans = beans;
	}

	@Override
	public void afterSingletonsInstantiated() {
		for (String name : this.beans.getSingletonNames()) {
			Object bean = this.beans.getSingleton(name);
			if (bean != null) {
				report(name, bean);
			}
		}
	}

	private void report(String name, Object bean) {
		Object unadvised = unadvised(bean);
		if (unadvised == null) {
			return;
		}
		Class<?> type = ClassUtils.getUserClass(unadvised);
		Set<Method> locked = this.operations.of(type).keySet();
		if (!locked.isEmpty()) {
			logger.warn(
					"Bean '{}' of type {} has locked methods but no proxy that locks them; they run WITHOUT the lock: {}. "
							+ "It was made before the advice was there (for a BeanPostProcessor or "
							+ "BeanFactoryPostProcessor that needs it), is itself a part of the infrastructure, or was "
							+ "registered as it is. Move the methods to another bean, or use LockOperations in them.",
					name, type.getName(),
					locked.stream().map(Method::getName).collect(Collectors.toCollection(TreeSet::new)));
		}
	}

	/** The object that calls get to without a lock, {@code null} if there is none. */
	private static @Nullable Object unadvised(Object bean) {
		if (!AopUtils.isAopProxy(bean)) {
			return bean;
		}
		// What an opaque proxy does is not known; what a scoped one leads to has a name
		// of its own.
		if (!(bean instanceof Advised advised) || !advised.getTargetSource().isStatic() || isLocked(advised)) {
			return null;
		}
		Object target = target(advised.getTargetSource());
		return (target != null) ? unadvised(target) : null;
	}

	private static boolean isLocked(Advised advised) {
		return Arrays.stream(advised.getAdvisors()).anyMatch(DistributedLockAdvisor.class::isInstance);
	}

	private static @Nullable Object target(TargetSource source) {
		try {
			return source.getTarget();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return null;
		}
		// A source that has none to show.
		catch (Exception ex) {
			logger.debug("The target of {} could not be looked at for locks", source, ex);
			return null;
		}
	}

}
