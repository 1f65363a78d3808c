package dev.distributedlock.backend.tck;

import java.time.Duration;
import java.util.concurrent.CompletionStage;

import dev.distributedlock.LockBackendException;
import dev.distributedlock.backend.BackendProbe;
import dev.distributedlock.backend.LockBackend;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * What a store does that can tell whether it could grant locks.
 */
public interface BackendProbeContract extends BackendSubject {

	/**
	 * Return a backend whose store is gone.
	 * @return the backend
	 */
	LockBackend unreachable();

	@Test
	default void probeOfAHealthyStoreSucceedsAndLeavesNothing() {
		assertThat(await(((BackendProbe) backend()).probe())).isNotNull();
		assertThat(store().entries()).isEmpty();
	}

	@Test
	default void probeFailsWhenTheStoreIsGone() {
		assertThatThrownBy(() -> await(((BackendProbe) unreachable()).probe())).isInstanceOfSatisfying(
				LockBackendException.class, (ex) -> assertThat(ex.isRetryable()).as(ex.getMessage()).isTrue());
	}

	@Test
	default void commandsFailWithoutBlockingTheCallerWhenTheStoreIsGone() {
		LockBackend backend = unreachable();
		long start = System.nanoTime();
		CompletionStage<Boolean> release = backend.release(newKey(), newOwner());
		CompletionStage<Boolean> renewal = backend.renew(newKey(), newOwner(), LONG);
		assertThat(System.nanoTime() - start).isLessThan(Duration.ofSeconds(1).toNanos());
		assertThatThrownBy(() -> await(release)).isInstanceOfSatisfying(LockBackendException.class,
				(ex) -> assertThat(ex.isRetryable()).as(ex.getMessage()).isTrue());
		assertThatThrownBy(() -> await(renewal)).isInstanceOf(LockBackendException.class);
	}

}
