package dev.distributedlock.interceptor;

import java.util.Set;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.SmartInitializingSingleton;

/**
 * Tells at start-up which beans call locked methods of their own object: such a call does
 * not pass the proxy, and runs without the lock.
 */
public final class SelfInvocationReport implements SmartInitializingSingleton {

	private static final Logger logger = LoggerFactory.getLogger(SelfInvocationReport.class);

	private final LockOperationSource operations;

	/**
	 * Create a report.
	 * @param operations the locked methods
	 */
	public SelfInvocationReport(LockOperationSource operations) {
		this.operations = operations;
	}

	@Override
	public void afterSingletonsInstantiated() {
		this.operations.forEachClass((type, locked) -> {
			Set<String> calls = SelfInvocations.in(type, locked);
			if (!calls.isEmpty()) {
				logger.warn("{} calls locked methods of its own object: {}. Such a call does not pass the proxy and "
						+ "runs WITHOUT the lock. Move the locked method to another bean, or use LockOperations in it.",
						type.getName(), calls);
			}
		});
	}

}
