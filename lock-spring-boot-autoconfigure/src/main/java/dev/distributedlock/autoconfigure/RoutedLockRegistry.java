package dev.distributedlock.autoconfigure;

import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;

import dev.distributedlock.LockLease;
import dev.distributedlock.LockRegistries;
import dev.distributedlock.LockRegistry;
import dev.distributedlock.LockRequest;

/**
 * Sends each request to the registry of the store that the locks of its name are kept in.
 */
final class RoutedLockRegistry implements LockRegistry {

	private final LockRegistry byDefault;

	private final LockRegistries further;

	private final UnaryOperator<String> backends;

	/**
	 * Create a registry.
	 * @param backends gives the store of a name, empty for the default one
	 */
	RoutedLockRegistry(LockRegistry byDefault, LockRegistries further, UnaryOperator<String> backends) {
		this.byDefault = byDefault;
		this.further = further;
		this.backends = backends;
	}

	@Override
	public LockLease acquire(LockRequest request) {
		return registry(request).acquire(request);
	}

	@Override
	public Optional<LockLease> tryAcquire(LockRequest request) {
		return registry(request).tryAcquire(request);
	}

	@Override
	public CompletionStage<LockLease> acquireAsync(LockRequest request) {
		return registry(request).acquireAsync(request);
	}

	@Override
	public void requireSupport(LockRequest request) {
		registry(request).requireSupport(request);
	}

	private LockRegistry registry(LockRequest request) {
		String backend = this.backends.apply(request.name());
		return (backend.isEmpty()) ? this.byDefault : this.further.of(backend);
	}

}
