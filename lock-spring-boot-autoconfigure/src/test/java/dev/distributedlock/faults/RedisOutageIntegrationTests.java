package dev.distributedlock.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import dev.distributedlock.LockBackendException;
import dev.distributedlock.LockLease;
import dev.distributedlock.LockLostException;
import dev.distributedlock.LockOperations;
import dev.distributedlock.LockRequest;
import dev.distributedlock.LockTimeoutException;
import dev.distributedlock.autoconfigure.DistributedLockAutoConfiguration;
import dev.distributedlock.autoconfigure.backend.redis.RedisLockBackendAutoConfiguration;
import dev.distributedlock.autoconfigure.health.LockHealthContributorAutoConfiguration;
import dev.distributedlock.testsupport.RedisServer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A whole application context while its Redis goes away under load and comes back.
 */
class RedisOutageIntegrationTests {

	private final String prefix = Node.freshPrefix();

	private final ApplicationContextRunner contexts = new ApplicationContextRunner().withConfiguration(
			AutoConfigurations.of(DataRedisAutoConfiguration.class, RedisLockBackendAutoConfiguration.class,
					DistributedLockAutoConfiguration.class, LockHealthContributorAutoConfiguration.class));

	@Test
	void healthFollowsAnOutageUnderLoadAndLocksWorkAgainAfterwards() {
		try (RedisServer redis = RedisServer.start()) {
			this.contexts
				.withPropertyValues("spring.data.redis.port=" + redis.port(),
						"distributed-lock.key-prefix=" + this.prefix, "distributed-lock.defaults.wait-time=1s",
						"distributed-lock.command-timeout=1s", "management.health.distributedlock.time-to-live=0s")
				.run((context) -> {
					HealthIndicator health = context.getBean(HealthIndicator.class);
					try (Load load = new Load(context.getBean(LockOperations.class))) {
						Awaitility.await("load").until(() -> load.sections.get() > 50);
						assertThat(status(health)).isEqualTo(Status.UP);
						redis.kill();
						Awaitility.await("health is DOWN").until(() -> status(health).equals(Status.DOWN));
						Awaitility.await("callers are told").until(() -> load.troubles.get() > 0);
						redis.launch();
						Awaitility.await("health is UP again")
							.atMost(Duration.ofSeconds(20))
							.until(() -> status(health).equals(Status.UP));
						int before = load.sections.get();
						Awaitility.await("locks are granted again")
							.atMost(Duration.ofSeconds(20))
							.until(() -> load.sections.get() > before + 50);
						assertThat(load.unexpected).isEmpty();
					}
					Node.assertNothingLeft(redis, this.prefix);
				});
			Node.assertNoSubscription(redis, this.prefix);
		}
		Node.assertNoThreads();
	}

	@Test
	void busyLocksAreNotTroubleWithTheStore() {
		RedisServer redis = RedisServer.shared();
		this.contexts
			.withPropertyValues("spring.data.redis.port=" + redis.port(), "distributed-lock.key-prefix=" + this.prefix,
					"distributed-lock.defaults.wait-time=100ms", "management.health.distributedlock.time-to-live=0s")
			.run((context) -> {
				try (Node other = new Node(redis.url(), this.prefix, "other", Duration.ofSeconds(1));
						LockLease held = other.locks().acquire(LockRequest.of("load", 0))) {
					assertThat(context.getBean(LockOperations.class)
						.tryExecute(LockRequest.of("load", 0), (lease) -> "ran")).isEmpty();
					assertThat(status(context.getBean(HealthIndicator.class))).isEqualTo(Status.UP);
					assertThat(held.isValid()).isTrue();
				}
			});
	}

	private static Status status(HealthIndicator indicator) {
		var health = indicator.health();
		assertThat(health).isNotNull();
		return health.getStatus();
	}

	/** Threads that lock as fast as they can. */
	private static final class Load implements AutoCloseable {

		private final AtomicInteger sections = new AtomicInteger();

		private final AtomicInteger troubles = new AtomicInteger();

		private final Queue<RuntimeException> unexpected = new ConcurrentLinkedQueue<>();

		private final AtomicBoolean stop = new AtomicBoolean();

		private final ExecutorService threads = Executors.newFixedThreadPool(4);

		private final List<Future<?>> workers = new ArrayList<>();

		Load(LockOperations locks) {
			for (int i = 0; i < 4; i++) {
				LockRequest request = LockRequest.of("load", i % 2);
				this.workers.add(this.threads.submit(() -> run(locks, request)));
			}
		}

		private void run(LockOperations locks, LockRequest request) {
			while (!this.stop.get()) {
				try {
					locks.execute(request, (lease) -> this.sections.incrementAndGet());
				}
				catch (LockBackendException ex) {
					this.troubles.incrementAndGet();
				}
				catch (LockLostException ex) {
					// Held while Redis forgot everything: as told.
				}
				catch (LockTimeoutException ex) {
					// Behind a holder of this JVM that waits for the answer to its
					// release.
				}
				catch (RuntimeException ex) {
					this.unexpected.add(ex);
				}
			}
		}

		@Override
		public void close() throws Exception {
			this.stop.set(true);
			for (Future<?> worker : this.workers) {
				worker.get(20, TimeUnit.SECONDS);
			}
			this.threads.shutdown();
		}

	}

}
