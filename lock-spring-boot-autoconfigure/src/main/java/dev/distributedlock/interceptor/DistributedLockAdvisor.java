package dev.distributedlock.interceptor;

import java.lang.reflect.Method;
import java.util.function.Supplier;

import dev.distributedlock.LockRegistry;
import org.aopalliance.aop.Advice;

import org.springframework.aop.Pointcut;
import org.springframework.aop.PointcutAdvisor;
import org.springframework.aop.support.StaticMethodMatcherPointcut;
import org.springframework.core.Ordered;
import org.springframework.util.function.SingletonSupplier;

/**
 * Puts the lock around all methods that a {@link LockOperationSource} knows.
 */
public final class DistributedLockAdvisor implements PointcutAdvisor, Ordered {

	private final Pointcut pointcut;

	private final Advice advice;

	private final int order;

	/**
	 * Create an advisor for calls that take one lock each: the locks of a call with
	 * several have no budget in common.
	 * @param operations which methods are locked, and how
	 * @param registry where the locks come from; asked once, by the first locked call, so
	 * that creating proxies does not create the store's client
	 * @param order the place among other advisors; smaller is further outside
	 */
	public DistributedLockAdvisor(LockOperationSource operations, Supplier<LockRegistry> registry, int order) {
		this(operations, registry, LockBudget.UNLIMITED, CallTransactions.none(), order);
	}

	/**
	 * Create an advisor.
	 * @param operations which methods are locked, and how
	 * @param registry where the locks come from; asked once, by the first locked call, so
	 * that creating proxies does not create the store's client
	 * @param budget the time that a call with several locks has for all of them
	 * @param transactions when locks that are taken in a transaction are released
	 * @param order the place among other advisors; smaller is further outside
	 */
	public DistributedLockAdvisor(LockOperationSource operations, Supplier<LockRegistry> registry, LockBudget budget,
			CallTransactions transactions, int order) {
		this.pointcut = new LockedMethods(operations);
		this.advice = new DistributedLockInterceptor(operations,
				new LockSequence(SingletonSupplier.of(registry), budget), transactions);
		this.order = order;
	}

	@Override
	public Pointcut getPointcut() {
		return this.pointcut;
	}

	@Override
	public Advice getAdvice() {
		return this.advice;
	}

	@Override
	public int getOrder() {
		return this.order;
	}

	private static final class LockedMethods extends StaticMethodMatcherPointcut {

		private final LockOperationSource operations;

		LockedMethods(LockOperationSource operations) {
			this.operations = operations;
			setClassFilter((type) -> !operations.of(type).isEmpty());
		}

		@Override
		public boolean matches(Method method, Class<?> targetClass) {
			return this.operations.find(method, targetClass).isPresent();
		}

	}

}
