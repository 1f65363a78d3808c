package dev.distributedlock.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import dev.distributedlock.LockLease;
import dev.distributedlock.LockListener;
import dev.distributedlock.LockRequest;
import dev.distributedlock.backend.LockBackend;
import dev.distributedlock.backend.memory.InMemoryLockBackend;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The bounds on the store in memory, and that a leak is found.
 */
class BoundsTests extends BoundsContract {

	private static final int KEYS = 100_000;

	private final InMemoryLockBackend store = new InMemoryLockBackend();

	@Override
	LockBackend store() {
		return this.store;
	}

	@Override
	void assertStoreIsEmpty() {
		assertThat(this.store.size()).isZero();
	}

	@Test
	void hundredThousandKeysLeaveNothing() throws Exception {
		manyKeysLeaveNothing(KEYS);
	}

	@Test
	void waitersWhoseTimeIsUpAtOnceAreTold() {
		waitInVain();
	}

	@Test
	void numberThatIsKeptOfEachKeyIsFound() {
		Set<Long> kept = ConcurrentHashMap.newKeySet();
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> lockAll((lease) -> kept.add(lease.token())))
			.withMessageContaining("bytes kept of 100000 keys");
	}

	@Test
	void leaseThatIsKeptNowAndThenIsFound() {
		List<LockLease> kept = new ArrayList<>();
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> lockAll((lease) -> {
			if (lease.token() % 200 == 0) {
				kept.add(lease);
			}
		})).withMessageContaining("instances kept of 100000 keys");
	}

	private void lockAll(Consumer<LockLease> leak) throws Exception {
		DefaultLockRegistry leaking = registry(new LockListener() {

			@Override
			public void acquired(LockLease lease, Duration waited) {
				leak.accept(lease);
			}

		});
		assertNothingIsKept(KEYS, () -> {
			for (int key = 0; key < KEYS; key++) {
				leaking.acquire(LockRequest.of("leak", key)).close();
			}
		});
	}

}
