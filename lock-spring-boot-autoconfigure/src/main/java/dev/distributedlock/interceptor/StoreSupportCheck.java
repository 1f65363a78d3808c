package dev.distributedlock.interceptor;

import java.util.function.Supplier;

import dev.distributedlock.LockKey;
import dev.distributedlock.LockRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.SmartInitializingSingleton;

/**
 * Refuses locks that ask for what the store cannot do, when the application starts and
 * not with the first call.
 */
public final class StoreSupportCheck implements SmartInitializingSingleton {

	private final LockOperationSource operations;

	private final Supplier<? extends @Nullable LockRegistry> registry;

	/**
	 * Create a check.
	 * @param operations the locked methods
	 * @param registry what grants the locks, each in its store, {@code null} if there is
	 * nothing
	 */
	public StoreSupportCheck(LockOperationSource operations, Supplier<? extends @Nullable LockRegistry> registry) {
		this.operations = operations;
		this.registry = registry;
	}

	@Override
	public void afterSingletonsInstantiated() {
		// Every store can do a plain lock; the registry need not be made for those.
		this.operations.locks().filter((lock) -> lock.fair() || lock.maxHolders() > 1).forEach(this::check);
	}

	private void check(DeclaredLock lock) {
		LockRegistry granting = this.registry.get();
		if (granting == null) {
			return;
		}
		try {
			granting.requireSupport(lock.request(LockKey.of(lock.definition().name())));
		}
		catch (UnsupportedOperationException ex) {
			throw unsupported(lock, ex);
		}
	}

	private InvalidLockDeclarationException unsupported(DeclaredLock lock, UnsupportedOperationException cause) {
		String name = lock.definition().name();
		String backend = this.operations.backendOf(name);
		boolean byDefault = backend.isEmpty();
		return InvalidLockDeclarationException.ofLock(lock, lock.kind(),
				"cannot be done" + (byDefault ? "" : " where the lock is kept in '" + backend + "'") + ": "
						+ cause.getMessage(),
				"Choose such a store in '"
						+ (byDefault ? "distributed-lock.backend" : "distributed-lock.locks." + name + ".backend")
						+ "', or leave the attribute out.");
	}

}
