package dev.distributedlock.transaction;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.transaction.ConfigurableTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionExecutionListener;

/**
 * Has every transaction manager that binds transactions to threads check, before each
 * commit, that no lock of the thread was lost.
 */
public final class CommitCheckRegistration implements BeanPostProcessor {

	private static final Logger logger = LoggerFactory.getLogger(CommitCheckRegistration.class);

	private final Supplier<ToleratedLosses> tolerated;

	/**
	 * Create the registration.
	 * @param tolerated the leases whose loss does not keep a transaction from committing;
	 * asked when there is a transaction manager
	 */
	public CommitCheckRegistration(Supplier<ToleratedLosses> tolerated) {
		this.tolerated = tolerated;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (bean instanceof PlatformTransactionManager) {
			if (bean instanceof ConfigurableTransactionManager manager) {
				register(manager);
			}
			else {
				logger.info("Transactions of '{}' are not checked for lost locks before they commit: {} takes no "
						+ "TransactionExecutionListener", beanName, bean.getClass().getName());
			}
		}
		return bean;
	}

	private void register(ConfigurableTransactionManager manager) {
		Collection<TransactionExecutionListener> known = manager.getTransactionExecutionListeners();
		if (known.stream().noneMatch(CommitCheck.class::isInstance)) {
			// Not added to the collection: it may be one that cannot be changed.
			List<TransactionExecutionListener> all = new ArrayList<>(known);
			all.add(new CommitCheck(this.tolerated.get()));
			manager.setTransactionExecutionListeners(all);
		}
	}

}
