package dev.distributedlock;

import java.util.Objects;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * The {@link LockOperations} of a {@link LockRegistry}.
 */
public final class LockTemplate implements LockOperations {

	private final LockRegistry registry;

	/**
	 * Create operations.
	 * @param registry where the locks come from
	 */
	public LockTemplate(LockRegistry registry) {
		this.registry = Objects.requireNonNull(registry, "'registry' must not be null");
	}

	@Override
	public <T extends @Nullable Object, X extends Throwable> T execute(LockRequest request, Body<T, X> body) throws X {
		try (LockLease lease = this.registry.acquire(request)) {
			return body.run(lease);
		}
	}

	@Override
	public <T, X extends Throwable> Optional<T> tryExecute(LockRequest request, Body<T, X> body) throws X {
		Optional<LockLease> granted = this.registry.tryAcquire(request);
		if (granted.isEmpty()) {
			return Optional.empty();
		}
		try (LockLease lease = granted.get()) {
			return Optional.ofNullable(body.run(lease));
		}
	}

}
