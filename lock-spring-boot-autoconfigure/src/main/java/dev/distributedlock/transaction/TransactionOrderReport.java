package dev.distributedlock.transaction;

import java.util.function.Supplier;
import java.util.stream.Stream;

import dev.distributedlock.LockDefinitions;
import dev.distributedlock.interceptor.DistributedLockAdvisor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.transaction.interceptor.BeanFactoryTransactionAttributeSourceAdvisor;

/**
 * Tells at start-up that transactions begin outside of locks.
 */
public final class TransactionOrderReport implements SmartInitializingSingleton {

	private static final Logger logger = LoggerFactory.getLogger(TransactionOrderReport.class);

	private final Supplier<Stream<LockDefinitions>> locks;

	private final Supplier<Stream<DistributedLockAdvisor>> advisors;

	private final Supplier<Stream<BeanFactoryTransactionAttributeSourceAdvisor>> transactions;

	/**
	 * Create a report.
	 * @param locks the locks of the application; this and the others are asked when all
	 * beans are made
	 * @param advisors the advice of locks
	 * @param transactions the advice of transactions
	 */
	public TransactionOrderReport(Supplier<Stream<LockDefinitions>> locks,
			Supplier<Stream<DistributedLockAdvisor>> advisors,
			Supplier<Stream<BeanFactoryTransactionAttributeSourceAdvisor>> transactions) {
		this.locks = locks;
		this.advisors = advisors;
		this.transactions = transactions;
	}

	@Override
	public void afterSingletonsInstantiated() {
		if (this.locks.get().anyMatch((known) -> !known.all().isEmpty())) {
			this.advisors.get().mapToInt(DistributedLockAdvisor::getOrder).forEach(this::compare);
		}
	}

	private void compare(int locks) {
		this.transactions.get()
			.mapToInt(BeanFactoryTransactionAttributeSourceAdvisor::getOrder)
			.filter((order) -> order <= locks)
			.forEach((order) -> logger
				.warn("Transactions have the order {} and locks {}: where a method has both, its transaction begins "
						+ "before its lock is taken, and what it reads may be older than the lock. Unless that is "
						+ "meant, set distributed-lock.aop.order to less than {}", order, locks, order));
	}

}
