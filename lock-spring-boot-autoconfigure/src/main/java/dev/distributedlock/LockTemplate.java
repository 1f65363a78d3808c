package dev.distributedlock;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * The {@link LockOperations} of a {@link LockRegistry}.
 */
public final class LockTemplate implements LockOperations {

	private final LockRegistry registry;

	private final LockTransactions transactions;

	/**
	 * Create operations that know of no transactions.
	 * @param registry where the locks come from
	 */
	public LockTemplate(LockRegistry registry) {
		this(registry, LockTransactions.NONE);
	}

	/**
	 * Create operations.
	 * @param registry where the locks come from
	 * @param transactions when locks that are taken in a transaction are released
	 */
	public LockTemplate(LockRegistry registry, LockTransactions transactions) {
		this.registry = Objects.requireNonNull(registry, "'registry' must not be null");
		this.transactions = Objects.requireNonNull(transactions, "'transactions' must not be null");
	}

	@Override
	public <T extends @Nullable Object, X extends Throwable> T execute(LockRequest request, Body<T, X> body) throws X {
		this.transactions.beforeAcquire(describe(request), List.of(request));
		return run(this.registry.acquire(request), body);
	}

	@Override
	public <T, X extends Throwable> Optional<T> tryExecute(LockRequest request, Body<T, X> body) throws X {
		this.transactions.beforeAcquire(describe(request), List.of(request));
		Optional<LockLease> granted = this.registry.tryAcquire(request);
		return (granted.isPresent()) ? Optional.ofNullable(run(granted.get(), body)) : Optional.empty();
	}

	private <T extends @Nullable Object, X extends Throwable> T run(LockLease lease, Body<T, X> body) throws X {
		LockTransactions.Release release = join(lease);
		try (Ending end = () -> release.release(lease)) {
			return body.run(lease);
		}
	}

	private LockTransactions.Release join(LockLease lease) {
		try {
			return this.transactions.join(List.of(lease), /* lossTolerated= */ false);
		}
		// Nobody else would release it.
		catch (RuntimeException | Error ex) {
			try (lease) {
				throw ex;
			}
		}
	}

	private static String describe(LockRequest request) {
		return "LockOperations of lock '" + request.name() + "'";
	}

	@FunctionalInterface
	private interface Ending extends AutoCloseable {

		@Override
		void close();

	}

}
