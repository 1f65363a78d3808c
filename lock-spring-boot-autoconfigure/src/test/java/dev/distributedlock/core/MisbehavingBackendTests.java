package dev.distributedlock.core;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

import dev.distributedlock.LockBackendException;
import dev.distributedlock.LockKey;
import dev.distributedlock.LockLease;
import dev.distributedlock.LockRequest;
import dev.distributedlock.backend.AcquireCommand;
import dev.distributedlock.backend.AcquireResult;
import dev.distributedlock.backend.LockBackend;
import dev.distributedlock.backend.memory.InMemoryLockBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What a store must not do: none of it may strand the line of a key.
 */
class MisbehavingBackendTests {

	private static final LockRequest ORDER = LockRequest.of("orders", 42).waitAtMost(Duration.ofSeconds(5));

	private final Moody store = new Moody();

	private final DefaultLockRegistry registry = DefaultLockRegistry.builder(this.store).build();

	@AfterEach
	void keyCanBeLockedAgain() {
		this.store.mood = Mood.GOOD;
		this.registry.acquire(ORDER.waitAtMost(Duration.ofMillis(500))).close();
		assertThat(this.registry.engine().lines().size()).as("lines").isZero();
		assertThat(this.registry.engine().holds()).as("holds").isEmpty();
		this.registry.close();
	}

	@Test
	void errorThrownByAnAttemptIsAFailureOfTheStore() {
		this.store.mood = Mood.ERROR;
		assertThatExceptionOfType(LockBackendException.class)
			.isThrownBy(() -> this.registry.tryAcquire(ORDER.waitAtMost(Duration.ZERO)))
			.withStackTraceContaining("planned by test");
	}

	@Test
	void attemptAnsweredByNothingIsAFailureOfTheStore() {
		this.store.mood = Mood.NULL;
		assertThatExceptionOfType(LockBackendException.class)
			.isThrownBy(() -> this.registry.tryAcquire(ORDER.waitAtMost(Duration.ZERO)))
			.withMessageContaining("failed");
	}

	@Test
	void releaseThatIsCancelledIsNotConfirmed() {
		LockLease lease = this.registry.acquire(ORDER);
		this.store.mood = Mood.CANCELLED;
		lease.close();
	}

	@Test
	void errorThrownByAReleaseIsNotConfirmed() {
		LockLease lease = this.registry.acquire(ORDER);
		this.store.mood = Mood.ERROR;
		lease.close();
	}

	@Test
	void releaseAnsweredByNothingIsNotConfirmed() {
		LockLease lease = this.registry.acquire(ORDER);
		this.store.mood = Mood.NULL;
		lease.close();
	}

	@Test
	void timerThatCannotBeStartedEndsTheAcquisition() {
		Scheduler broken = new Scheduler() {

			@Override
			public Task after(long delayNanos, Runnable task) {
				throw new OutOfMemoryError("unable to create native thread (planned by test)");
			}

			@Override
			public void close() {
			}

		};
		DefaultLockRegistry lame = DefaultLockRegistry.builder(this.store).scheduler(broken).build();
		CompletableFuture<Void> call = CompletableFuture
			.runAsync(() -> lame.acquire(ORDER.waitAtMost(Duration.ofMillis(100))));
		assertThat(call.handle((done, failure) -> failure).orTimeout(3, TimeUnit.SECONDS).join())
			.hasCauseInstanceOf(LockBackendException.class)
			.hasStackTraceContaining("planned by test");
		assertThat(lame.engine().lines().size()).isZero();
		assertThat(lame.engine().holds()).isEmpty();
	}

	private enum Mood {

		GOOD, ERROR, NULL, CANCELLED

	}

	private static final class Moody implements LockBackend {

		private final InMemoryLockBackend store = new InMemoryLockBackend();

		private volatile Mood mood = Mood.GOOD;

		@Override
		public String name() {
			return "moody";
		}

		@Override
		public CompletionStage<AcquireResult> acquire(AcquireCommand command) {
			return moody(this.store.acquire(command));
		}

		@Override
		public CompletionStage<Boolean> renew(LockKey key, String owner, Duration lease) {
			return moody(this.store.renew(key, owner, lease));
		}

		@Override
		public CompletionStage<Boolean> release(LockKey key, String owner) {
			return moody(this.store.release(key, owner));
		}

		private <T> CompletionStage<T> moody(CompletionStage<T> answer) {
			return switch (this.mood) {
				case GOOD -> answer;
				case ERROR -> throw new StackOverflowError("planned by test");
				case NULL -> answer.thenApply((done) -> null);
				case CANCELLED -> {
					CompletableFuture<T> cancelled = new CompletableFuture<>();
					cancelled.cancel(false);
					yield cancelled;
				}
			};
		}

	}

}
