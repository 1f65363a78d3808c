package dev.distributedlock.test;

import java.util.concurrent.CompletionStage;

import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.AopConfigException;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.support.AopUtils;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.util.Assert;
import org.springframework.util.ClassUtils;

/**
 * Sees who is inside the methods of a bean: inside of all its advice, and so of its lock.
 */
final class SectionProbe implements MethodInterceptor {

	private static final boolean REACTOR = ClassUtils.isPresent("reactor.core.publisher.Flux",
			SectionProbe.class.getClassLoader());

	private final Sections sections;

	// A method of the bean that calls another one through the proxy is in there once.
	private final ThreadLocal<Boolean> within = ThreadLocal.withInitial(() -> false);

	SectionProbe(Sections sections) {
		this.sections = sections;
	}

	/**
	 * Put a probe into a bean.
	 * @return the bean to call, and what takes the probe out
	 */
	static <T> Watched<T> watch(T bean, Sections sections) {
		SectionProbe probe = new SectionProbe(sections);
		if (AopUtils.isAopProxy(bean)) {
			Advised advised = innermost(bean);
			Assert.state(!advised.isFrozen(), () -> "The proxy of " + describe(bean)
					+ " is frozen, so that nobody can see what happens behind its advice");
			advised.addAdvice(advised.getAdvisors().length, probe);
			return new Watched<>(bean, () -> advised.removeAdvice(probe));
		}
		return new Watched<>(plain(bean, probe), () -> {
		});
	}

	private static Advised innermost(Object proxy) {
		Assert.state(proxy instanceof Advised, () -> "The proxy of " + describe(proxy)
				+ " is opaque, so that nobody can see what happens behind its advice");
		Advised advised = (Advised) proxy;
		try {
			Object target = advised.getTargetSource().isStatic() ? advised.getTargetSource().getTarget() : null;
			return (target != null && AopUtils.isAopProxy(target)) ? innermost(target) : advised;
		}
		catch (RuntimeException ex) {
			throw ex;
		}
		catch (Exception ex) {
			throw new IllegalStateException("The target of " + describe(proxy) + " cannot be looked at", ex);
		}
	}

	@SuppressWarnings("unchecked")
	private static <T> T plain(T bean, SectionProbe probe) {
		ProxyFactory factory = new ProxyFactory(bean);
		factory.setProxyTargetClass(!ClassUtils.isLambdaClass(bean.getClass()));
		factory.addAdvice(probe);
		try {
			return (T) factory.getProxy(bean.getClass().getClassLoader());
		}
		catch (AopConfigException ex) {
			throw new IllegalArgumentException(
					"Nobody can see who is inside of " + describe(bean)
							+ ", which no proxy can extend: race with LockRace.byHand and enter the section yourself",
					ex);
		}
	}

	static String describe(Object bean) {
		return ClassUtils.getUserClass(AopUtils.getTargetClass(bean)).getName();
	}

	@Override
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		if (this.within.get() || invocation.getMethod().getDeclaringClass() == Object.class) {
			return invocation.proceed();
		}
		Object result = null;
		String who = Thread.currentThread().getName() + " in " + invocation.getMethod().getName();
		this.sections.enter(who);
		this.within.set(true);
		try {
			result = invocation.proceed();
		}
		finally {
			this.within.remove();
			if (!(result instanceof CompletionStage)) {
				this.sections.leave(who);
			}
		}
		if (result instanceof CompletionStage<?> stage) {
			return stage.whenComplete((value, failure) -> this.sections.leave(who));
		}
		// A publisher is entered again by each of its subscribers.
		return (result != null && isPublisher(result)) ? PublisherProbe.around(result, this.sections, who) : result;
	}

	private static boolean isPublisher(Object result) {
		return REACTOR && ReactiveAdapterRegistry.getSharedInstance().getAdapter(result.getClass()) != null;
	}

	/**
	 * A bean with a probe in it.
	 *
	 * @param <T> the type of the bean
	 * @param bean the bean to call
	 * @param end takes the probe out
	 */
	record Watched<T>(T bean, Runnable end) {
	}

}
