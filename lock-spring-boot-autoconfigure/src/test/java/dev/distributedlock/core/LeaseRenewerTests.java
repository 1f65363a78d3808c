package dev.distributedlock.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import dev.distributedlock.LockBackendException;
import dev.distributedlock.LockKey;
import dev.distributedlock.LockLease;
import dev.distributedlock.LockListener;
import dev.distributedlock.LockLostEvent;
import dev.distributedlock.LockLostException;
import dev.distributedlock.LockRequest;
import dev.distributedlock.backend.AcquireCommand;
import dev.distributedlock.backend.AcquireResult;
import dev.distributedlock.backend.BatchRenewals;
import dev.distributedlock.backend.LockBackend;
import dev.distributedlock.backend.RenewCommand;
import dev.distributedlock.backend.memory.InMemoryLockBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Renewals of many holds at once, on a store of two nodes.
 */
class LeaseRenewerTests {

	private static final Duration LEASE = Duration.ofSeconds(30);

	private final ManualTime time = new ManualTime();

	private final TwoNodes store = new TwoNodes(new InMemoryLockBackend(this.time));

	private final List<LockLostEvent> lost = new ArrayList<>();

	private final DefaultLockRegistry registry = DefaultLockRegistry.builder(this.store)
		.ticker(this.time)
		.scheduler(this.time)
		.shutdownTimeout(Duration.ZERO)
		.listener(new LockListener() {

			@Override
			public void lost(LockLostEvent event) {
				LeaseRenewerTests.this.lost.add(event);
			}

		})
		.build();

	private final List<LockLease> leases = new ArrayList<>();

	@AfterEach
	void nothingIsLeft() {
		for (LockLease lease : this.leases) {
			try {
				lease.close();
			}
			catch (LockLostException ex) {
				// what the test was about
			}
		}
		assertThat(this.registry.engine().renewer().size()).isZero();
	}

	@Test
	void holdsThatBeganAtDifferentTimesSoonTravelTogether() {
		for (int i = 0; i < 1000; i++) {
			acquire("even", i, LEASE);
			this.time.advance(Duration.ofMillis(10));
		}
		this.time.advance(Duration.ofMinutes(1));
		this.store.batches.clear();
		this.time.advance(Duration.ofSeconds(100));
		assertThat(this.leases).allMatch(LockLease::isValid);
		assertThat(this.store.batches).as("batches of ten periods").hasSizeBetween(70, 90);
		assertThat(this.store.batches.stream().mapToInt(List::size).sum()).as("renewals").isBetween(10_000, 11_000);
	}

	@Test
	void mostUrgentGoesFirst() {
		this.store.answering(false);
		acquire("even", 1, Duration.ofSeconds(30));
		this.time.advance(Duration.ofSeconds(1));
		acquire("even", 2, Duration.ofSeconds(12));
		acquire("even", 3, Duration.ofSeconds(18));
		this.time.stall(Duration.ofSeconds(9));
		assertThat(this.store.batches).hasSize(1);
		assertThat(this.store.batches.get(0)).extracting((command) -> command.lease().toSeconds())
			.containsExactly(12L, 18L, 30L);
	}

	@Test
	void nodeThatHangsDelaysNoRenewalOfAnother() {
		for (int i = 0; i < 50; i++) {
			acquire("even", i, LEASE);
			acquire("odd", i, LEASE);
		}
		this.store.hang("odd");
		this.time.advance(Duration.ofMillis(29_697));
		assertThat(this.lost).isEmpty();
		this.time.advance(Duration.ofMillis(2));
		assertThat(this.lost).hasSize(50).allMatch((event) -> event.reason() == LockLostEvent.Reason.EXPIRED);
		this.time.advance(Duration.ofMinutes(5));
		assertThat(this.leases).filteredOn((lease) -> lease.name().equals("even"))
			.hasSize(50)
			.allMatch(LockLease::isValid);
		assertThat(this.lost).hasSize(50).allMatch((event) -> event.name().equals("odd"));
	}

	@Test
	void nodeThatFailsHasItsRenewalsRepeatedAndNoOthers() {
		acquire("even", 1, LEASE);
		acquire("odd", 1, LEASE);
		this.store.fail("odd");
		this.time.advance(Duration.ofSeconds(10));
		this.store.batches.clear();
		this.store.renewals.clear();
		this.time.advance(Duration.ofSeconds(5));
		assertThat(this.store.batches).isEmpty();
		assertThat(this.store.renewals).extracting(LockKey::value).singleElement().asString().contains("odd");
		this.store.heal();
		this.time.advance(Duration.ofMinutes(5));
		assertThat(this.leases).allMatch(LockLease::isValid);
	}

	@Test
	void storeThatThrowsOrAnswersTooLittleIsAskedAgain() {
		acquire("even", 1, LEASE);
		acquire("even", 2, LEASE);
		this.store.broken(() -> {
			throw new IllegalStateException("broken");
		});
		this.time.advance(Duration.ofSeconds(12));
		this.store.broken(List::of);
		this.time.advance(Duration.ofSeconds(5));
		this.store.broken(null);
		this.time.advance(Duration.ofMinutes(5));
		assertThat(this.leases).allMatch(LockLease::isValid);
		assertThat(this.lost).isEmpty();
	}

	@Test
	void stoppedProcessRenewsEachHoldOnceAndOnlyThoseThatAreStillValid() {
		acquire("even", 1, LEASE);
		acquire("even", 2, LEASE.multipliedBy(10));
		acquire("even", 3, LEASE.multipliedBy(10));
		this.time.stall(Duration.ofSeconds(200));
		assertThat(this.lost).hasSize(1);
		assertThat(this.store.batches).hasSize(1);
		assertThat(this.store.batches.get(0)).hasSize(2);
		this.time.advance(Duration.ofSeconds(90));
		assertThat(this.store.batches).as("no burst").hasSize(1);
	}

	private void acquire(String node, int key, Duration lease) {
		this.leases.add(this.registry.acquire(LockRequest.of(node, node + key).leaseFor(lease)));
	}

	/** A store of which one part can hang or fail. */
	private static final class TwoNodes implements LockBackend, BatchRenewals {

		private final InMemoryLockBackend memory;

		private final List<List<RenewCommand>> batches = new ArrayList<>();

		private final List<LockKey> renewals = new ArrayList<>();

		private String hanging = "none";

		private String failing = "none";

		private boolean answering = true;

		private @org.jspecify.annotations.Nullable Broken broken;

		TwoNodes(InMemoryLockBackend memory) {
			this.memory = memory;
		}

		void hang(String node) {
			this.hanging = node;
		}

		void fail(String node) {
			this.failing = node;
		}

		void heal() {
			this.failing = "none";
		}

		void answering(boolean answering) {
			this.answering = answering;
		}

		void broken(@org.jspecify.annotations.Nullable Broken broken) {
			this.broken = broken;
		}

		@Override
		public String name() {
			return "two-nodes";
		}

		@Override
		public CompletionStage<AcquireResult> acquire(AcquireCommand command) {
			return this.memory.acquire(command);
		}

		@Override
		public CompletionStage<Boolean> renew(LockKey key, String owner, Duration lease) {
			this.renewals.add(key);
			return answer(new RenewCommand(key, owner, lease));
		}

		@Override
		public CompletionStage<Boolean> release(LockKey key, String owner) {
			return this.memory.release(key, owner);
		}

		@Override
		public List<CompletionStage<Boolean>> renewAll(List<RenewCommand> commands) {
			this.batches.add(commands);
			Broken how = this.broken;
			return (how != null) ? how.answer() : commands.stream().map(this::answer).toList();
		}

		private CompletionStage<Boolean> answer(RenewCommand command) {
			String key = command.key().value();
			if (key.contains(this.hanging) || !this.answering) {
				return new CompletableFuture<>();
			}
			if (key.contains(this.failing)) {
				return CompletableFuture.failedStage(
						new LockBackendException("failed by test", null, /* retryable= */ true));
			}
			return this.memory.renew(command.key(), command.owner(), command.lease());
		}

	}

	private interface Broken {

		List<CompletionStage<Boolean>> answer();

	}

}
