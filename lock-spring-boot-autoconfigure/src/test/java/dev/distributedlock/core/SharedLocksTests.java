package dev.distributedlock.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

import dev.distributedlock.LockDeadlockException;
import dev.distributedlock.LockKey;
import dev.distributedlock.LockLease;
import dev.distributedlock.LockLostException;
import dev.distributedlock.LockRequest;
import dev.distributedlock.LockTimeoutException;
import dev.distributedlock.backend.AcquireCommand;
import dev.distributedlock.backend.AcquireResult;
import dev.distributedlock.backend.LockBackend;
import dev.distributedlock.backend.memory.InMemoryLockBackend;
import dev.distributedlock.core.FaultyBackend.Fault;
import dev.distributedlock.core.FaultyBackend.Operation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of locks that several hold: readers and a writer, permits, and of fair ones.
 */
class SharedLocksTests {

	private static final LockRequest WRITE = LockRequest.of("orders", 1)
		.waitAtMost(Duration.ofSeconds(60))
		.leaseFor(Duration.ofSeconds(30))
		.renewed(false);

	private static final LockRequest READ = WRITE.shared();

	private final ManualTime time = new ManualTime();

	private final InMemoryLockBackend store = new InMemoryLockBackend(this.time);

	private final FaultyBackend line = new FaultyBackend(this.store);

	private final DefaultLockRegistry here = registry(this.line);

	private final DefaultLockRegistry there = registry(this.line);

	@AfterEach
	void nothingIsLeft() {
		this.line.heal();
		this.line.deliver();
		this.time.advance(Duration.ofMinutes(2));
		for (DefaultLockRegistry node : List.of(this.here, this.there)) {
			assertThat(node.engine().holds()).isEmpty();
			assertThat(node.engine().lines().size()).isZero();
			assertThat(node.engine().orphans().size()).isZero();
			node.close();
		}
		assertThat(this.store.size()).isZero();
	}

	@Test
	void readersOfOneInstanceAndOfAnotherHoldTogether() {
		List<LockLease> readers = List.of(granted(acquire(this.here, READ)), granted(acquire(this.here, READ)),
				granted(acquire(this.there, READ)));
		assertThat(readers.stream().map(LockLease::token)).isSorted().doesNotHaveDuplicates();
		CompletableFuture<LockLease> writer = acquire(this.there, WRITE);
		readers.forEach((reader) -> {
			assertThat(writer).isNotDone();
			reader.close();
		});
		assertThat(granted(writer).token()).isGreaterThan(readers.get(2).token());
		assertThat(acquireNow(this.here, READ)).isCompletedExceptionally();
		granted(writer).close();
	}

	@Test
	void writerThatWaitsIsNotOvertakenByReadersOfItsOwnInstance() {
		LockLease reader = granted(acquire(this.here, READ));
		CompletableFuture<LockLease> writer = acquire(this.here, WRITE);
		CompletableFuture<LockLease> late = acquire(this.here, READ);
		CompletableFuture<LockLease> later = acquire(this.there, READ);
		assertThat(acquireNow(this.here, READ)).isCompletedExceptionally();
		reader.close();
		granted(writer);
		assertThat(late).isNotDone();
		granted(writer).close();
		granted(late).close();
		granted(later).close();
	}

	@Test
	void writersOfOneInstanceHandTheLockOnOnlyForAWhileWhenReadersWait() {
		LockLease first = granted(acquire(this.here, WRITE));
		List<CompletableFuture<LockLease>> writers = new ArrayList<>();
		for (int i = 0; i < 100; i++) {
			writers.add(acquire(this.here, WRITE));
		}
		CompletableFuture<LockLease> reader = acquire(this.here, READ);
		first.close();
		int passed = 0;
		for (CompletableFuture<LockLease> writer : writers) {
			CompletableFuture.anyOf(writer, reader).orTimeout(10, TimeUnit.SECONDS).join();
			if (reader.isDone()) {
				granted(reader).close();
			}
			else {
				passed++;
			}
			granted(writer).close();
		}
		assertThat(passed).isLessThan(70);
	}

	@Test
	void noMoreThanTheNumberOfPermitsAreHeld() {
		LockRequest two = WRITE.permits(2);
		LockLease one = granted(acquire(this.here, two));
		LockLease other = granted(acquire(this.there, two));
		CompletableFuture<LockLease> third = acquire(this.here, two);
		CompletableFuture<LockLease> fourth = acquire(this.there, two);
		assertThat(third).isNotDone();
		other.close();
		granted(third).close();
		granted(fourth).close();
		one.close();
	}

	@Test
	void permitOfAnInstanceThatDiedIsGivenToWhoWaits() {
		LockRequest two = WRITE.permits(2);
		this.line.always(Operation.RELEASE, Fault.REQUEST_LOST);
		LockLease lives = granted(acquire(this.here, two.leaseFor(Duration.ofMinutes(10))));
		LockLease dies = granted(acquire(this.there, two));
		CompletableFuture<LockLease> next = acquire(this.here, two);
		this.time.advance(Duration.ofSeconds(29));
		assertThat(next).isNotDone();
		this.time.advance(Duration.ofSeconds(2));
		granted(next);
		assertThat(dies.isValid()).isFalse();
		assertThat(lives.isValid()).isTrue();
		this.line.heal();
		assertThatExceptionOfType(LockLostException.class).isThrownBy(dies::close);
		granted(next).close();
		lives.close();
	}

	@Test
	void readersLeaseIsRenewedOnItsOwn() {
		LockLease renewed = granted(acquire(this.here, READ.renewed(true)));
		LockLease notRenewed = granted(acquire(this.here, READ));
		this.time.advance(Duration.ofSeconds(31));
		assertThat(renewed.isValid()).isTrue();
		assertThat(notRenewed.isValid()).isFalse();
		assertThat(acquireNow(this.there, WRITE)).isCompletedExceptionally();
		renewed.close();
		assertThatExceptionOfType(LockLostException.class).isThrownBy(notRenewed::close);
		granted(acquireNow(this.there, WRITE)).close();
	}

	@Test
	void reentryNeedsNoStoreAndWhoHoldsAloneMayRead() {
		try (LockLease writer = this.here.acquire(WRITE)) {
			int commands = this.line.log().size();
			try (LockLease reader = this.here.acquire(READ); LockLease permit = this.here.acquire(WRITE.permits(3))) {
				assertThat(reader.token()).isEqualTo(writer.token()).isEqualTo(permit.token());
			}
			assertThat(this.line.log()).hasSize(commands);
			assertThat(acquireNow(this.there, READ)).isCompletedExceptionally();
		}
		try (LockLease reader = this.here.acquire(READ); LockLease again = this.here.acquire(READ)) {
			assertThat(again.token()).isEqualTo(reader.token());
		}
	}

	@Test
	void readerThatWantsToWriteIsToldThatItWouldWaitForItself() {
		try (LockLease reader = this.here.acquire(READ)) {
			assertThatExceptionOfType(LockDeadlockException.class).isThrownBy(() -> this.here.acquire(WRITE))
				.withMessageContaining("orders:1")
				.withMessageContaining("let go of the shared lock before");
			assertThatExceptionOfType(LockDeadlockException.class)
				.isThrownBy(() -> this.here.tryAcquire(WRITE.permits(5)));
			assertThat(this.here.acquireAsync(WRITE).toCompletableFuture()).isCompletedExceptionally();
			assertThat(reader.isValid()).isTrue();
		}
	}

	@Test
	void fairCallersAreServedInTheOrderOfTheWholeCluster() {
		List<CompletableFuture<LockLease>> order = new ArrayList<>();
		LockLease first = granted(acquire(this.here, WRITE.fairly()));
		for (int i = 0; i < 12; i++) {
			// Two of one instance, then one of the other.
			order.add(acquire((i % 3 == 2) ? this.there : this.here, WRITE.fairly()));
			this.time.advance(Duration.ofMillis(1));
		}
		first.close();
		for (int i = 0; i < 12; i++) {
			granted(order.get(i));
			assertThat(order.subList(i + 1, 12)).noneMatch(CompletableFuture::isDone);
			granted(order.get(i)).close();
		}
	}

	@Test
	void readerThatGivesUpLeavesNothing() {
		LockLease writer = granted(acquire(this.here, WRITE));
		CompletableFuture<LockLease> cancelled = acquire(this.there, READ);
		CompletableFuture<LockLease> late = acquire(this.there, READ.waitAtMost(Duration.ofSeconds(3)));
		cancelled.cancel(true);
		this.time.advance(Duration.ofSeconds(4));
		settle(late);
		assertThat(late).isCompletedExceptionally();
		writer.close();
		granted(acquireNow(this.here, WRITE)).close();
	}

	@Test
	void denialTellsHowManyHold() {
		List<LockLease> readers = List.of(granted(acquire(this.here, READ)), granted(acquire(this.here, READ)),
				granted(acquire(this.here, READ)));
		assertThatExceptionOfType(LockTimeoutException.class)
			.isThrownBy(() -> this.there.acquire(WRITE.waitAtMost(Duration.ZERO)))
			.withMessageContaining("and 2 more");
		readers.forEach(LockLease::close);
	}

	@Test
	void lostAnswerOfAReaderIsResolvedByAskingAgain() {
		this.line.next(Operation.ACQUIRE, Fault.REPLY_LOST);
		CompletableFuture<LockLease> reader = acquire(this.here, READ);
		this.time.advance(Duration.ofSeconds(1));
		granted(reader).close();
		granted(acquireNow(this.there, WRITE)).close();
	}

	@Test
	void storeThatKnowsOneHolderOnlyIsNotAskedForMore() {
		LockBackend simple = new LockBackend() {

			@Override
			public String name() {
				return "simple";
			}

			@Override
			public CompletionStage<AcquireResult> acquire(AcquireCommand command) {
				return SharedLocksTests.this.store.acquire(command);
			}

			@Override
			public CompletionStage<Boolean> renew(LockKey key, String owner, Duration lease) {
				return SharedLocksTests.this.store.renew(key, owner, lease);
			}

			@Override
			public CompletionStage<Boolean> release(LockKey key, String owner) {
				return SharedLocksTests.this.store.release(key, owner);
			}

		};
		try (DefaultLockRegistry node = registry(simple)) {
			for (LockRequest request : List.of(READ, WRITE.permits(2), WRITE.fairly())) {
				assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> node.acquire(request))
					.withMessageContaining("'orders'")
					.withMessageContaining("'simple'");
				assertThat(node.acquireAsync(request).toCompletableFuture()).isCompletedExceptionally();
			}
			node.acquire(WRITE).close();
		}
	}

	private DefaultLockRegistry registry(LockBackend backend) {
		return DefaultLockRegistry.builder(backend)
			.ticker(this.time)
			.scheduler(this.time)
			.shutdownTimeout(Duration.ZERO)
			.build();
	}

	private CompletableFuture<LockLease> acquire(DefaultLockRegistry node, LockRequest request) {
		return node.acquireAsync(request).toCompletableFuture();
	}

	private CompletableFuture<LockLease> acquireNow(DefaultLockRegistry node, LockRequest request) {
		CompletableFuture<LockLease> future = acquire(node, request.waitAtMost(Duration.ZERO));
		settle(future);
		return future;
	}

	private static void settle(CompletableFuture<LockLease> future) {
		assertThat(future.handle((lease, failure) -> true)).succeedsWithin(Duration.ofSeconds(10));
	}

	private static LockLease granted(CompletableFuture<LockLease> future) {
		assertThat(future).succeedsWithin(Duration.ofSeconds(10));
		return future.join();
	}

}
