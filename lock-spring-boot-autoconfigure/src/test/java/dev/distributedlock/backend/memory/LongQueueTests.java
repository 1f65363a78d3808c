package dev.distributedlock.backend.memory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;

import dev.distributedlock.LockKey;
import dev.distributedlock.backend.AcquireCommand;
import dev.distributedlock.backend.AcquireResult.Acquired;
import dev.distributedlock.backend.AcquireResult.Denied;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Thousands that wait for one lock, each of which asks again and again.
 */
class LongQueueTests {

	private static final LockKey KEY = LockKey.of("orders", 42);

	private static final Duration LEASE = Duration.ofMinutes(10);

	private final AtomicLong now = new AtomicLong();

	private final InMemoryLockBackend store = new InMemoryLockBackend(this.now::get);

	@Test
	@Timeout(value = 10, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
	void askingAgainCostsTheSameHoweverManyWait() {
		assertThat(ask("holder", false)).isInstanceOf(Acquired.class);
		List<String> waiters = new ArrayList<>();
		for (int i = 0; i < 20_000; i++) {
			waiters.add("waiter-" + i);
		}
		for (int round = 0; round < 10; round++) {
			waiters.forEach((waiter) -> assertThat(ask(waiter, true)).isInstanceOf(Denied.class));
			this.now.addAndGet(Duration.ofSeconds(1).toNanos());
		}
		assertThat(this.store.size()).isEqualTo(20_001);
	}

	@Test
	void oneThatIsNotSeenAnyMoreIsForgottenWhereverItStands() {
		ask("holder", false);
		ask("first", true);
		ask("silent", true);
		ask("last", true);
		this.now.addAndGet(Duration.ofSeconds(6).toNanos());
		ask("first", true);
		ask("last", true);
		this.now.addAndGet(Duration.ofSeconds(6).toNanos());
		join(this.store.release(KEY, "holder"));
		assertThat(ask("first", true)).isInstanceOf(Acquired.class);
		join(this.store.release(KEY, "first"));
		assertThat(ask("last", true)).isInstanceOf(Acquired.class);
		join(this.store.release(KEY, "last"));
		assertThat(this.store.size()).isZero();
	}

	private Object ask(String owner, boolean waiting) {
		return join(this.store.acquire(new AcquireCommand(KEY, owner, "test", LEASE, waiting)));
	}

	private static <T> T join(CompletionStage<T> stage) {
		return stage.toCompletableFuture().join();
	}

}
