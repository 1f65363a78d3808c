package dev.distributedlock.core;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import dev.distributedlock.LockLease;
import dev.distributedlock.LockRequest;
import dev.distributedlock.backend.memory.InMemoryLockBackend;
import dev.distributedlock.core.FaultyBackend.Fault;
import dev.distributedlock.core.FaultyBackend.Operation;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What timers and late answers do in the middle of a change of holder. The clock lets
 * them happen there: it is read between the steps.
 */
class HandOverRaceTests {

	// of the old lease's end: for passing on 4, as the new hold comes into being
	private static final int NEW_HOLD = 4;

	// where nothing is passed on: the exchange is about to be sent
	private static final int EXCHANGE = 2;

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	private static final LockRequest ORDER = LockRequest.of("orders", 1)
		.waitAtMost(Duration.ofSeconds(60))
		.leaseFor(Duration.ofSeconds(30))
		.renewed(false);

	private final ManualTime time = new ManualTime();

	private final InMemoryLockBackend store = new InMemoryLockBackend(this.time);

	private final FaultyBackend line = new FaultyBackend(this.store);

	private final DefaultLockRegistry here = registry(32);

	private final DefaultLockRegistry there = registry(32);

	private final DefaultLockRegistry strict = registry(0);

	private @Nullable Hold closing;

	private int readings;

	private Runnable meanwhile = () -> {
	};

	@AfterEach
	void nothingIsLeft() {
		this.line.heal();
		this.line.deliver();
		this.time.advance(Duration.ofMinutes(10));
		for (DefaultLockRegistry node : List.of(this.here, this.there, this.strict)) {
			assertThat(node.engine().holds()).isEmpty();
			assertThat(node.engine().lines().size()).isZero();
			assertThat(node.engine().renewer().size()).isZero();
			assertThat(node.engine().orphans().size()).isZero();
			node.close();
		}
		assertThat(this.store.size()).isZero();
	}

	@Test
	void claimThatIsDueWhileTheGrantIsHandedOnIsMadeForTheNextHolder() {
		LockLease first = granted(acquire(this.here));
		CompletableFuture<LockLease> ahead = acquire(this.there);
		CompletableFuture<LockLease> behind = acquire(this.there);
		first.close();
		close(granted(ahead), NEW_HOLD, () -> this.time.advance(Duration.ofMillis(26)));
		LockLease lease = granted(behind);
		this.time.advance(Duration.ofSeconds(20));
		assertThat(lease.isValid()).isTrue();
		lease.close();
	}

	@Test
	void claimThatIsAnsweredWhileTheGrantIsHandedOnIsMadeForTheNextHolder() {
		LockLease first = granted(acquire(this.here));
		CompletableFuture<LockLease> ahead = acquire(this.there);
		CompletableFuture<LockLease> behind = acquire(this.there);
		first.close();
		LockLease second = granted(ahead);
		this.line.next(Operation.RENEW, Fault.REPLY_HELD_BACK);
		this.time.advance(Duration.ofMillis(26));
		close(second, NEW_HOLD, this.line::deliver);
		LockLease lease = granted(behind);
		this.time.advance(Duration.ofSeconds(20));
		assertThat(lease.isValid()).isTrue();
		lease.close();
	}

	@Test
	void lateAnswerDoesNotReleaseWhatAnExchangeIsAboutToRelease() {
		LockLease first = granted(acquire(this.here));
		CompletableFuture<LockLease> ahead = acquire(this.strict);
		CompletableFuture<LockLease> behind = acquire(this.strict);
		this.line.next(Operation.ACQUIRE, Fault.REPLY_HELD_BACK);
		this.time.advance(Duration.ofSeconds(1));
		first.close();
		close(granted(ahead), EXCHANGE, this.line::deliver);
		assertThat(this.line.log().stream().filter("EXCHANGE"::equals)).hasSize(1);
		granted(behind).close();
	}

	@Test
	void attemptThatArrivesLateDoesNotShortenTheLease() {
		LockLease first = granted(acquire(this.here));
		CompletableFuture<LockLease> waiter = acquire(this.there);
		this.line.next(Operation.ACQUIRE, Fault.REQUEST_HELD_BACK);
		this.time.advance(Duration.ofSeconds(1));
		first.close();
		LockLease lease = granted(waiter);
		lease.extend(Duration.ofMinutes(5));
		this.line.deliver();
		CompletableFuture<LockLease> other = acquire(this.here);
		this.time.advance(Duration.ofSeconds(50));
		assertThat(lease.isValid()).isTrue();
		assertThat(this.here.held()).as("a second holder").isEmpty();
		lease.close();
		granted(other).close();
	}

	private DefaultLockRegistry registry(int maxPasses) {
		return DefaultLockRegistry.builder(this.line)
			.ticker(this::nanos)
			.scheduler(this.time)
			.handOver(maxPasses, Duration.ofHours(1))
			.build();
	}

	private long nanos() {
		Hold hold = this.closing;
		if (hold != null && !hold.held() && --this.readings == 0) {
			this.closing = null;
			this.meanwhile.run();
		}
		return this.time.nanos();
	}

	private void close(LockLease lease, int readings, Runnable meanwhile) {
		this.readings = readings;
		this.meanwhile = meanwhile;
		this.closing = ((HeldLease) lease).hold();
		lease.close();
		assertThat(this.closing).as("it happened meanwhile").isNull();
	}

	private CompletableFuture<LockLease> acquire(DefaultLockRegistry node) {
		return node.acquireAsync(ORDER).toCompletableFuture();
	}

	/** What an asynchronous caller gets, on a thread of its own. */
	private static LockLease granted(CompletableFuture<LockLease> future) {
		assertThat(future).succeedsWithin(PATIENCE);
		return future.join();
	}

}
