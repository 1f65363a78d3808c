package dev.distributedlock.interceptor;

import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Method;

import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.Advisor;
import org.springframework.aop.PointcutAdvisor;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.validation.beanvalidation.MethodValidationInterceptor;

/**
 * Has the arguments of calls of {@code @Validated} beans checked before their key is
 * computed and their lock is taken.
 */
// Spring puts the validation next to the method, inside of all other advice. There it
// stays, for the sake of what the method returns, which is to be checked before a
// transaction commits. The arguments are checked by the same advice twice.
public final class ArgumentsFirst implements BeanPostProcessor {

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (bean instanceof Advised advised && !advised.isFrozen()) {
			Advisor[] advisors = advised.getAdvisors();
			int lock = indexOfLock(advisors);
			for (int i = lock + 1; lock >= 0 && i < advisors.length; i++) {
				if (advisors[i] instanceof PointcutAdvisor advisor
						&& advisor.getAdvice() instanceof MethodValidationInterceptor validation) {
					advised.addAdvisor(lock,
							new DefaultPointcutAdvisor(advisor.getPointcut(), new ArgumentCheck(validation)));
				}
			}
		}
		return bean;
	}

	private static int indexOfLock(Advisor[] advisors) {
		for (int i = 0; i < advisors.length; i++) {
			if (advisors[i] instanceof DistributedLockAdvisor) {
				return i;
			}
		}
		return -1;
	}

	private record ArgumentCheck(MethodValidationInterceptor validation) implements MethodInterceptor {

		@Override
		public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
			if (invocation.getThis() != null) {
				check(invocation);
			}
			return invocation.proceed();
		}

		private void check(MethodInvocation invocation) throws Throwable {
			try {
				this.validation.invoke(new Rehearsal(invocation));
			}
			catch (Valid ex) {
				// The method would be called now.
			}
		}

	}

	/** A call that ends where the method would be called. */
	private record Rehearsal(MethodInvocation invocation) implements MethodInvocation {

		@Override
		public @Nullable Object proceed() {
			throw new Valid();
		}

		// Validation replaces arguments that are publishers.
		@Override
		public @Nullable Object[] getArguments() {
			return this.invocation.getArguments().clone();
		}

		@Override
		public Method getMethod() {
			return this.invocation.getMethod();
		}

		@Override
		public @Nullable Object getThis() {
			return this.invocation.getThis();
		}

		@Override
		public AccessibleObject getStaticPart() {
			return this.invocation.getStaticPart();
		}

	}

	private static final class Valid extends RuntimeException {

		private static final long serialVersionUID = 1L;

		Valid() {
			super(null, null, false, false);
		}

	}

}
