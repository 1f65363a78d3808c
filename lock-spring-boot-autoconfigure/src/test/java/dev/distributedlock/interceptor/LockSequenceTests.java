package dev.distributedlock.interceptor;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import dev.distributedlock.LockBackendException;
import dev.distributedlock.LockLease;
import dev.distributedlock.LockLostException;
import dev.distributedlock.LockRegistry;
import dev.distributedlock.LockRequest;
import dev.distributedlock.interceptor.RecordingLockRegistry.State;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * All or none, whatever happens in between.
 */
class LockSequenceTests {

	private static final LockRequest A = LockRequest.of("a");

	private static final LockRequest B = LockRequest.of("b");

	private static final LockRequest C = LockRequest.of("c");

	private final RecordingLockRegistry locks = new RecordingLockRegistry();

	@Test
	void allAreReleasedAlsoIfEachOfThemIsLost() {
		HeldLocks held = new LockSequence(() -> this.locks, LockBudget.UNLIMITED).acquire(List.of(A, B, C));
		this.locks.state(State.LOST_WHILE_HELD);
		assertThatExceptionOfType(LockLostException.class).isThrownBy(held::close)
			.satisfies(
					(ex) -> assertThat(ex.getSuppressed()).hasSize(2).hasOnlyElementsOfType(LockLostException.class));
		assertThat(this.locks.releases()).containsExactly(C.key(), B.key(), A.key());
	}

	@Test
	void failureOfTheRollBackDoesNotHideItsCause() {
		Registry registry = new Registry((request) -> {
			if (request.equals(B)) {
				this.locks.state(State.LOST_WHILE_HELD);
				throw new LockBackendException("down", null, true);
			}
			return CompletableFuture.completedFuture(this.locks.acquire(request));
		});
		assertThatExceptionOfType(LockBackendException.class)
			.isThrownBy(() -> new LockSequence(() -> registry, LockBudget.UNLIMITED).acquire(List.of(A, B)))
			.satisfies((ex) -> assertThat(ex.getSuppressed()).hasExactlyElementsOfTypes(LockLostException.class));
		assertThat(this.locks.releases()).containsExactly(A.key());
	}

	@Test
	void grantThatComesAfterTheCancellationIsGivenBack() {
		CompletableFuture<LockLease> late = new CompletableFuture<>();
		CompletableFuture<HeldLocks> result = acquireAsync((request) -> (request.equals(B))
				? late.minimalCompletionStage() : CompletableFuture.completedFuture(this.locks.acquire(request)));
		result.cancel(true);
		assertThat(this.locks.releases()).isEmpty();
		late.complete(this.locks.acquire(B));
		Awaitility.await("the roll-back")
			.untilAsserted(() -> assertThat(this.locks.releases()).containsExactly(B.key(), A.key()));
		assertThat(this.locks.keys()).doesNotContain(C.key());
	}

	@Test
	void registryThatThrowsFailsTheFutureAfterTheRollBack() {
		CompletableFuture<HeldLocks> result = acquireAsync((request) -> {
			if (request.equals(C)) {
				throw new LockBackendException("down", null, true);
			}
			return CompletableFuture.completedFuture(this.locks.acquire(request));
		});
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> result.get(10, TimeUnit.SECONDS))
			.withCauseInstanceOf(LockBackendException.class);
		assertThat(this.locks.releases()).containsExactly(B.key(), A.key());
	}

	private static CompletableFuture<HeldLocks> acquireAsync(
			Function<LockRequest, CompletionStage<LockLease>> acquisition) {
		return new LockSequence(() -> new Registry(acquisition), LockBudget.UNLIMITED).acquireAsync(List.of(A, B, C));
	}

	private record Registry(Function<LockRequest, CompletionStage<LockLease>> acquisition) implements LockRegistry {

		@Override
		public LockLease acquire(LockRequest request) {
			return acquireAsync(request).toCompletableFuture().join();
		}

		@Override
		public Optional<LockLease> tryAcquire(LockRequest request) {
			return Optional.of(acquire(request));
		}

		@Override
		public CompletionStage<LockLease> acquireAsync(LockRequest request) {
			return this.acquisition.apply(request);
		}

	}

}
