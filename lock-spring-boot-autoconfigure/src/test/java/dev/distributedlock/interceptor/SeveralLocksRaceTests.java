package dev.distributedlock.interceptor;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

import dev.distributedlock.LockContext;
import dev.distributedlock.LockLease;
import dev.distributedlock.LockMonitor;
import dev.distributedlock.annotation.DistributedLock;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Several locks on the real engine, by threads that want them at the same time.
 */
class SeveralLocksRaceTests {

	@Test
	void callersWithReversedListsDoNotDeadlock() {
		LockedBeans.engine().withBean(Accounts.class).run((context) -> {
			Accounts accounts = context.getBean(Accounts.class);
			CyclicBarrier start = new CyclicBarrier(4);
			ExecutorService threads = Executors.newFixedThreadPool(4);
			try {
				List<Future<?>> calls = new ArrayList<>();
				for (List<String> ids : List.of(List.of("a", "b", "c"), List.of("c", "b", "a"), List.of("b", "c"),
						List.of("c", "a"))) {
					calls.add(threads.submit(() -> {
						start.await();
						for (int i = 0; i < 200; i++) {
							accounts.book(ids);
						}
						return null;
					}));
				}
				for (Future<?> call : calls) {
					call.get(60, TimeUnit.SECONDS);
				}
			}
			finally {
				threads.shutdownNow();
			}
			assertThat(accounts.overlaps()).isZero();
			assertThat(accounts.runs()).isEqualTo(800);
			assertThat(context.getBean(LockMonitor.class).held()).isEmpty();
			assertThat(context.getBean(LockMonitor.class).waiting()).isEmpty();
		});
	}

	@Test
	void methodHasOneTokenPerKey() {
		LockedBeans.engine().withBean(Accounts.class).run((context) -> {
			List<LockLease> leases = context.getBean(Accounts.class).leases(List.of("b", "a"));
			assertThat(leases).extracting((lease) -> lease.key().value()).containsExactly("accounts:b", "accounts:a");
			assertThat(leases).extracting(LockLease::token).doesNotHaveDuplicates().allMatch((token) -> token > 0);
		});
	}

	static class Accounts {

		private final Set<String> busy = ConcurrentHashMap.newKeySet();

		private final AtomicInteger overlaps = new AtomicInteger();

		private final AtomicInteger runs = new AtomicInteger();

		public int overlaps() {
			return this.overlaps.get();
		}

		public int runs() {
			return this.runs.get();
		}

		@DistributedLock(name = "accounts", key = "#ids", waitTime = "30s")
		public void book(List<String> ids) {
			for (String id : ids) {
				if (!this.busy.add(id)) {
					this.overlaps.incrementAndGet();
				}
			}
			this.runs.incrementAndGet();
			ids.forEach(this.busy::remove);
		}

		@DistributedLock(name = "accounts", key = "#ids")
		public List<LockLease> leases(List<String> ids) {
			assertThat(LockContext.leases().stream().map(LockLease::isValid).collect(Collectors.toSet()))
				.containsExactly(true);
			return LockContext.leases();
		}

	}

}
