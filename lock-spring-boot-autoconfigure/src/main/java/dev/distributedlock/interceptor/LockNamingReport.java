package dev.distributedlock.interceptor;

import java.util.Comparator;
import java.util.List;

import dev.distributedlock.LockDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.SmartInitializingSingleton;

/**
 * Tells at start-up which methods have keys but no lock name. Their keys are one
 * application-wide namespace: order 42 excludes user 42.
 */
public final class LockNamingReport implements SmartInitializingSingleton {

	private static final Logger logger = LoggerFactory.getLogger(LockNamingReport.class);

	private final LockOperationSource operations;

	/**
	 * Create a report.
	 * @param operations the locked methods
	 */
	public LockNamingReport(LockOperationSource operations) {
		this.operations = operations;
	}

	@Override
	public void afterSingletonsInstantiated() {
		List<String> unnamed = this.operations.locks()
			.filter((lock) -> !lock.named())
			.map(DeclaredLock::definition)
			.filter((definition) -> !definition.key().isEmpty())
			.sorted(Comparator.comparing(LockDefinition::key).thenComparing(LockDefinition::location))
			.map((definition) -> definition.key() + " on " + definition.location())
			.toList();
		if (unnamed.size() > 1) {
			logger.warn("These locks have a key but no name; wherever their keys are equal, they exclude each other: "
					+ "{}. Give those a name that guard different things.", unnamed);
		}
	}

}
