package dev.distributedlock.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import dev.distributedlock.LockContext;
import dev.distributedlock.LockLease;
import dev.distributedlock.LockRequest;
import dev.distributedlock.backend.memory.InMemoryLockBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.core.task.support.TaskExecutorAdapter;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Sections under one lock follow one another for the memory as well: what one has written
 * without any synchronization of its own, the next one sees.
 */
class SectionOrderTests {

	private static final int SECTIONS = 20_000;

	private static final LockRequest REQUEST = LockRequest.of("counter").waitAtMost(Duration.ofSeconds(60));

	private final InMemoryLockBackend store = new InMemoryLockBackend();

	private final List<DefaultLockRegistry> registries = List.of(registry(), registry());

	private int plain;

	private long lastToken;

	private DefaultLockRegistry registry() {
		return DefaultLockRegistry.builder(this.store).build();
	}

	@AfterEach
	void nothingIsLeft() {
		for (DefaultLockRegistry registry : this.registries) {
			assertThat(registry.engine().holds()).isEmpty();
			assertThat(registry.engine().lines().size()).isZero();
			registry.close();
		}
		assertThat(this.store.size()).isZero();
	}

	@Test
	void threadsSeeWhatTheSectionBeforeHasWritten() throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(8);
		try {
			count(new TaskExecutorAdapter(threads), 8);
		}
		finally {
			threads.shutdownNow();
		}
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void virtualThreadsSeeWhatTheSectionBeforeHasWritten() throws Exception {
		SimpleAsyncTaskExecutor threads = new SimpleAsyncTaskExecutor();
		threads.setVirtualThreads(true);
		count(threads, 2_000);
	}

	private void count(AsyncTaskExecutor executor, int threads) throws Exception {
		List<Future<?>> workers = new ArrayList<>();
		for (int i = 0; i < threads; i++) {
			DefaultLockRegistry registry = this.registries.get(i % this.registries.size());
			workers.add(executor.submit(() -> {
				for (int section = 0; section < SECTIONS / threads; section++) {
					section(registry);
				}
			}));
		}
		for (Future<?> worker : workers) {
			worker.get(60, TimeUnit.SECONDS);
		}
		assertThat(this.plain).isEqualTo(SECTIONS);
	}

	private void section(DefaultLockRegistry registry) {
		try (LockLease lease = registry.acquire(REQUEST); LockLease nested = registry.acquire(REQUEST)) {
			assertThat(LockContext.current()).as("the context of this thread").isSameAs(nested);
			assertThat(nested.token()).isEqualTo(lease.token()).isGreaterThan(this.lastToken);
			this.lastToken = lease.token();
			this.plain++;
		}
	}

}
