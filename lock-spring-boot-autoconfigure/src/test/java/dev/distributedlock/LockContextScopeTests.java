package dev.distributedlock;

import dev.distributedlock.backend.memory.InMemoryLockBackend;
import dev.distributedlock.core.DefaultLockRegistry;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the scopes of {@link LockContext}.
 */
class LockContextScopeTests {

	@Test
	void scopeThatIsClosedTwiceEndsItselfOnly() {
		try (DefaultLockRegistry registry = DefaultLockRegistry.builder(new InMemoryLockBackend()).build()) {
			try (LockLease lease = registry.acquire(LockRequest.of("orders", 42))) {
				LockContext.Scope scope = LockContext.attach(lease);
				scope.close();
				scope.close();
				assertThat(LockContext.find()).contains(lease);
			}
			assertThat(LockContext.find()).isEmpty();
		}
	}

}
