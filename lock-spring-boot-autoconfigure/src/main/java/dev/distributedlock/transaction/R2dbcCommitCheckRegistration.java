package dev.distributedlock.transaction;

import java.util.function.Supplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.transaction.ReactiveTransactionManager;

/**
 * Has the transaction managers of R2DBC check, before each commit, that no lock of the
 * subscription was lost: each is replaced by one of the same type and with the same
 * settings that does.
 */
public final class R2dbcCommitCheckRegistration implements BeanPostProcessor {

	private static final Logger logger = LoggerFactory.getLogger(R2dbcCommitCheckRegistration.class);

	private final Supplier<ToleratedLosses> tolerated;

	/**
	 * Create the registration.
	 * @param tolerated the leases whose loss does not keep a transaction from committing;
	 * asked when there is a transaction manager
	 */
	public R2dbcCommitCheckRegistration(Supplier<ToleratedLosses> tolerated) {
		this.tolerated = tolerated;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (bean.getClass() == R2dbcTransactionManager.class) {
			return new LockCheckingR2dbcTransactionManager((R2dbcTransactionManager) bean, this.tolerated.get());
		}
		if (bean instanceof ReactiveTransactionManager) {
			logger.info(
					"Transactions of '{}' are not checked for lost locks before they commit, unless the lock "
							+ "was taken in them: that is done for R2dbcTransactionManager, and it is a {}",
					beanName, bean.getClass().getName());
		}
		return bean;
	}

}
