package dev.distributedlock.core;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import dev.distributedlock.LockContext;
import dev.distributedlock.LockLease;
import dev.distributedlock.LockLostException;
import dev.distributedlock.LockRequest;
import dev.distributedlock.backend.memory.InMemoryLockBackend;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of callers that have shared a lock and then want it alone.
 */
class ReentryOfSharedLocksTests {

	private static final LockRequest WRITE = LockRequest.of("orders", 1)
		.waitAtMost(Duration.ZERO)
		.leaseFor(Duration.ofSeconds(30))
		.renewed(false);

	private final ManualTime time = new ManualTime();

	private final DefaultLockRegistry registry = DefaultLockRegistry.builder(new InMemoryLockBackend(this.time))
		.ticker(this.time)
		.scheduler(this.time)
		.shutdownTimeout(Duration.ZERO)
		.build();

	@Test
	void sharedLockThatWasLetGoElsewhereDoesNotKeepItsCallerFromWriting() {
		LockLease reader = this.registry.acquireAsync(WRITE.shared()).toCompletableFuture().join();
		// As in a context that was carried on: the stage that had the lock is over.
		try (LockContext.Scope scope = LockContext.attach(reader)) {
			reader.close();
			this.registry.acquire(WRITE).close();
			this.registry.acquireAsync(WRITE).toCompletableFuture().join().close();
		}
	}

	@Test
	void sharedLockThatWasLostIsToldAsLostToOneThatWantsToWrite() {
		LockLease reader = this.registry.acquire(WRITE.shared());
		this.time.advance(Duration.ofSeconds(31));
		assertThatExceptionOfType(LockLostException.class).isThrownBy(() -> this.registry.acquire(WRITE));
		CompletableFuture<LockLease> writer = this.registry.acquireAsync(WRITE).toCompletableFuture();
		assertThatExceptionOfType(CompletionException.class).isThrownBy(writer::join)
			.withCauseInstanceOf(LockLostException.class);
		assertThatExceptionOfType(LockLostException.class).isThrownBy(reader::close);
		assertThat(this.registry.held()).isEmpty();
		this.registry.acquire(WRITE).close();
	}

}
