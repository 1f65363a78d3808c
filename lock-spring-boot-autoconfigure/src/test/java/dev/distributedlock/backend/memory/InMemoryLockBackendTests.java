package dev.distributedlock.backend.memory;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import dev.distributedlock.LockHolder;
import dev.distributedlock.LockKey;
import dev.distributedlock.backend.LockBackend;
import dev.distributedlock.backend.WaitQueue;
import dev.distributedlock.backend.tck.BackendProbeContract;
import dev.distributedlock.backend.tck.BatchRenewalsContract;
import dev.distributedlock.backend.tck.HolderLookupContract;
import dev.distributedlock.backend.tck.LockBackendContract;
import dev.distributedlock.backend.tck.SharedGrantsContract;
import dev.distributedlock.backend.tck.StoreView;

/**
 * The contract on the store in memory, which both instances share as registries of one
 * JVM do.
 */
class InMemoryLockBackendTests extends LockBackendContract
		implements BatchRenewalsContract, SharedGrantsContract, HolderLookupContract, BackendProbeContract {

	private final InMemoryLockBackend backend = new InMemoryLockBackend();

	private final AtomicLong messages = new AtomicLong();

	InMemoryLockBackendTests() {
		this.backend.subscribe(new WaitQueue.Listener() {

			@Override
			public void granted(WaitQueue.Grant grant) {
				InMemoryLockBackendTests.this.messages.incrementAndGet();
			}

			@Override
			public void resumed() {
			}

		});
	}

	@Override
	public LockBackend backend() {
		return this.backend;
	}

	@Override
	public LockBackend otherInstance() {
		return this.backend;
	}

	@Override
	public long messagesSent() {
		return this.messages.get();
	}

	@Override
	public LockBackend unreachable() {
		throw new UnsupportedOperationException("The memory of this JVM cannot be away");
	}

	// Not a test: nothing to be gone.
	@Override
	public void probeFailsWhenTheStoreIsGone() {
	}

	// Not a test: nothing to be gone.
	@Override
	public void commandsFailWithoutBlockingTheCallerWhenTheStoreIsGone() {
	}

	@Override
	public StoreView store() {
		return new StoreView() {

			@Override
			public Optional<Duration> remaining(LockKey key) {
				return InMemoryLockBackendTests.this.backend.holder(key)
					.toCompletableFuture()
					.join()
					.map(LockHolder::remaining);
			}

			@Override
			public Set<String> entries() {
				return IntStream.range(0, InMemoryLockBackendTests.this.backend.size())
					.mapToObj((number) -> "lock or waiter " + number)
					.collect(Collectors.toSet());
			}

		};
	}

}
