package dev.distributedlock.interceptor;

import java.util.function.Supplier;

import dev.distributedlock.LockDefinition;
import dev.distributedlock.LockSettings;

import org.springframework.beans.factory.SmartInitializingSingleton;

/**
 * Refuses, at start-up, locks whose times contradict each other once annotation and
 * configuration have come together.
 */
public final class LockTimesCheck implements SmartInitializingSingleton {

	private final LockOperationSource operations;

	private final Supplier<LockSettings> settings;

	/**
	 * Create a check.
	 * @param operations the locked methods
	 * @param settings what is configured; asked when all beans are made
	 */
	public LockTimesCheck(LockOperationSource operations, Supplier<LockSettings> settings) {
		this.operations = operations;
		this.settings = settings;
	}

	@Override
	public void afterSingletonsInstantiated() {
		LockSettings settings = this.settings.get();
		this.operations.all().forEach((lock) -> check(lock, settings));
	}

	private static void check(LockDefinition lock, LockSettings settings) {
		try {
			settings.resolve(lock.name(), lock.options());
		}
		catch (IllegalArgumentException ex) {
			throw InvalidLockDeclarationException.ofLock(lock.location(), "the lock '" + lock.name() + "'",
					"cannot be held as it is declared and configured: " + ex.getMessage(),
					"Change the annotation, distributed-lock.locks." + lock.name() + " or distributed-lock.defaults.");
		}
	}

}
