package dev.distributedlock.interceptor;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.aop.config.AopConfigUtils;
import org.springframework.aop.framework.ProxyConfig;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.BeansException;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.core.KotlinDetector;
import org.springframework.core.Ordered;
import org.springframework.core.PriorityOrdered;
import org.springframework.util.ClassUtils;

/**
 * Refuses beans with locked methods that their proxy would not intercept. Without it such
 * a method would run unlocked without a word.
 * <p>
 * Comes before the creator of proxies, to see the bean itself. Beans that are made later,
 * such as lazy ones, are checked by their class when the application starts.
 */
public final class LockDeclarationCheck
		implements BeanPostProcessor, BeanFactoryAware, PriorityOrdered, SmartInitializingSingleton {

	private static final Logger logger = LoggerFactory.getLogger(LockDeclarationCheck.class);

	private final LockOperationSource operations;

	private @Nullable ConfigurableListableBeanFactory beanFactory;

	/**
	 * Create a check.
	 * @param operations which methods are locked
	 */
	public LockDeclarationCheck(LockOperationSource operations) {
		this.operations = operations;
	}

	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE;
	}

	@Override
	public void setBeanFactory(BeanFactory beanFactory) {
		if (beanFactory instanceof ConfigurableListableBeanFactory listable) {
			this.beanFactory = listable;
		}
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (!AopUtils.isAopProxy(bean) && !Proxy.isProxyClass(bean.getClass())) {
			check(ClassUtils.getUserClass(bean), beanName);
		}
		return bean;
	}

	@Override
	public void afterSingletonsInstantiated() {
		ConfigurableListableBeanFactory beans = this.beanFactory;
		if (beans == null) {
			return;
		}
		for (String beanName : beans.getBeanDefinitionNames()) {
			if (!beans.containsSingleton(beanName)) {
				checkLater(beanName, beans);
			}
		}
	}

	private void checkLater(String beanName, ConfigurableListableBeanFactory beans) {
		try {
			classOf(beanName, beans).ifPresent((type) -> check(ClassUtils.getUserClass(type), beanName));
		}
		// A bean that cannot be made, and perhaps never will be.
		catch (BeansException | LinkageError ex) {
			logger.debug("Bean '{}' could not be looked at for locks", beanName, ex);
		}
	}

	private static Optional<Class<?>> classOf(String beanName, ConfigurableListableBeanFactory beans) {
		Class<?> type = beans.getType(beanName, false);
		// What implements an interface is not known before it is made.
		return (type != null && !type.isInterface() && !beans.getMergedBeanDefinition(beanName).isAbstract())
				? Optional.of(type) : Optional.empty();
	}

	private void check(Class<?> type, String beanName) {
		Set<Method> locked = this.operations.of(type).keySet();
		if (!locked.isEmpty()) {
			boolean subclassed = isSubclassed(type, beanName);
			locked.forEach((method) -> {
				checkCaller(method, type, beanName);
				check(method, type, subclassed);
			});
		}
	}

	private void checkCaller(Method method, Class<?> type, String beanName) {
		boolean named = this.beanFactory != null && this.beanFactory.containsBeanDefinition(beanName)
				&& this.beanFactory.getMergedBeanDefinition(beanName) instanceof RootBeanDefinition definition
				&& ContainerCallbacks.isCallback(method, definition);
		if (named || ContainerCallbacks.isCallback(method)) {
			throw InvalidLockDeclarationException.ofMethod(method, type,
					"is a callback that is not called through the bean's proxy, so that it would run without the lock",
					"Use LockOperations in its body, or have it call a locked method of another bean; what is to be "
							+ "done at start-up can also wait for the ApplicationReadyEvent. If the lock is that of "
							+ "the type, @NoLock takes it away.");
		}
	}

	private boolean isSubclassed(Class<?> type, String beanName) {
		if (ClassUtils.isLambdaClass(type)) {
			return false;
		}
		if (this.beanFactory == null || ClassUtils.getAllInterfacesForClass(type).length == 0) {
			return true;
		}
		return AutoProxyUtils.shouldProxyTargetClass(this.beanFactory, beanName)
				|| this.beanFactory.getBean(AopConfigUtils.AUTO_PROXY_CREATOR_BEAN_NAME, ProxyConfig.class)
					.isProxyTargetClass();
	}

	private static void check(Method method, Class<?> type, boolean subclassed) {
		int modifiers = method.getModifiers();
		if (Modifier.isPrivate(modifiers) || Modifier.isStatic(modifiers)) {
			throw unreachable(method, type, (Modifier.isStatic(modifiers)) ? "is static" : "is private");
		}
		if (subclassed) {
			checkSubclass(method, type);
		}
		else if (!isInInterface(method, type)) {
			throw unreachable(method, type, "is in no interface, while the bean's proxy has the interfaces only");
		}
	}

	private static boolean isInInterface(Method method, Class<?> type) {
		// A generic method of an interface has other parameter types than what implements
		// it.
		return Arrays.stream(ClassUtils.getAllInterfacesForClass(type))
			.flatMap((contract) -> Arrays.stream(contract.getMethods()))
			.filter((other) -> other.getName().equals(method.getName()))
			.anyMatch((other) -> AopUtils.getMostSpecificMethod(other, type).equals(method));
	}

	private static void checkSubclass(Method method, Class<?> type) {
		int modifiers = method.getModifiers();
		if (Modifier.isFinal(type.getModifiers())) {
			throw unreachable(method, type, "is in a final class");
		}
		if (Modifier.isFinal(modifiers)) {
			throw unreachable(method, type, "is final");
		}
		boolean packagePrivate = !Modifier.isPublic(modifiers) && !Modifier.isProtected(modifiers);
		if (packagePrivate && !method.getDeclaringClass().getPackageName().equals(type.getPackageName())) {
			throw unreachable(method, type, "is package-private in another package");
		}
	}

	private static InvalidLockDeclarationException unreachable(Method method, Class<?> type, String what) {
		return InvalidLockDeclarationException.ofMethod(method, type,
				what + ": the bean's proxy cannot intercept it, so that it would run without the lock",
				"Make it a public, non-final instance method of a non-final class"
						+ (KotlinDetector.isKotlinType(type)
								? " (open, which the compiler plugin kotlin-spring says for you)" : "")
						+ ", or use LockOperations in its body.");
	}

}
