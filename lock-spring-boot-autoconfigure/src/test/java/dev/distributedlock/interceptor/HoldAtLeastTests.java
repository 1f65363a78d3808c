package dev.distributedlock.interceptor;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import dev.distributedlock.LockRegistry;
import dev.distributedlock.LockRequest;
import dev.distributedlock.annotation.DistributedLock;
import dev.distributedlock.annotation.ScheduledLock;
import dev.distributedlock.annotation.TryLock;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Methods whose lock stays taken after they have returned, on the real engine.
 */
class HoldAtLeastTests {

	private final ApplicationContextRunner engine = LockedBeans.engine()
		.withPropertyValues("distributed-lock.shutdown-timeout=10ms");

	@Test
	void nextCallIsSkippedUntilTheTimeIsOver() {
		run(this.engine.withPropertyValues("distributed-lock.locks.throttled.hold-at-least=300ms"), (jobs) -> {
			long startedAt = System.nanoTime();
			jobs.throttled();
			jobs.throttled();
			assertThat(jobs.runs()).isOne();
			Awaitility.await("the end of the time").untilAsserted(() -> {
				jobs.throttled();
				assertThat(jobs.runs()).isEqualTo(2);
			});
			assertThat(Duration.ofNanos(System.nanoTime() - startedAt)).isGreaterThanOrEqualTo(Duration.ofMillis(300));
		});
	}

	@Test
	void scheduledRunIsNotRepeatedByAnInstanceWhoseClockIsLate() {
		run(this.engine, (jobs) -> {
			jobs.scheduled();
			jobs.scheduled();
			assertThat(jobs.runs()).isOne();
		});
	}

	@Test
	void failureStagesAndSubscriptionsCountAsRuns() {
		run(this.engine, (jobs) -> {
			jobs.stage().join();
			jobs.subscription().block();
			jobs.stage().join();
			jobs.subscription().block();
			assertThat(jobs.runs()).isEqualTo(2);
		});
	}

	@Test
	void locksOfACallThatDidNotRunAreFreeAtOnce() {
		this.engine.withBean(Jobs.class).run((context) -> {
			LockRegistry locks = context.getBean(LockRegistry.class);
			locks.acquireAsync(LockRequest.of("b")).toCompletableFuture().join();
			context.getBean(Jobs.class).both();
			assertThat(context.getBean(Jobs.class).runs()).isZero();
			locks.acquire(LockRequest.of("a").waitAtMost(Duration.ZERO)).close();
		});
	}

	@Test
	void contradictionsAreRefusedAtStartWhereverTheyComeFrom() {
		refuses(this.engine.withBean(Contradiction.class), "Contradiction.run()", "the lock 'limited'",
				"'holdAtLeast' must not be longer than 'maxHold' but was PT1M, and 'maxHold' PT10S");
		refuses(this.engine.withBean(Jobs.class).withPropertyValues("distributed-lock.locks.nightly.max-hold=10s"),
				"Jobs.scheduled()", "distributed-lock.locks.nightly");
		refuses(this.engine.withPropertyValues("distributed-lock.locks.other.hold-at-least=1m",
				"distributed-lock.locks.other.max-hold=10s"), "distributed-lock.locks.other.hold-at-least",
				"must not be longer than 'maxHold'");
		refuses(this.engine.withBean(Malformed.class), "holdAtLeast = \"5\"", "it has no unit");
	}

	private static void run(ApplicationContextRunner runner, Consumer<Jobs> test) {
		runner.withBean(Jobs.class).run((context) -> test.accept(context.getBean(Jobs.class)));
	}

	private static void refuses(ApplicationContextRunner runner, String... parts) {
		runner.run((context) -> {
			assertThat(context).hasFailed();
			StringBuilder told = new StringBuilder();
			for (Throwable ex = context.getStartupFailure(); ex != null; ex = ex.getCause()) {
				told.append(ex.getMessage()).append('\n');
			}
			assertThat(told).contains(parts);
		});
	}

	static class Jobs {

		private final AtomicInteger runs = new AtomicInteger();

		public int runs() {
			return this.runs.get();
		}

		@TryLock(name = "throttled", holdAtLeast = "1h")
		public void throttled() {
			this.runs.incrementAndGet();
		}

		@ScheduledLock(name = "nightly", holdAtLeast = "1m")
		public void scheduled() {
			this.runs.incrementAndGet();
		}

		@TryLock(name = "stage", holdAtLeast = "1m")
		public CompletableFuture<Integer> stage() {
			return CompletableFuture.completedFuture(this.runs.incrementAndGet());
		}

		@TryLock(name = "subscription", holdAtLeast = "1m")
		public Mono<Integer> subscription() {
			return Mono.fromCallable(this.runs::incrementAndGet);
		}

		@TryLock(name = "a", holdAtLeast = "1m")
		@DistributedLock(name = "b", waitTime = "0")
		public void both() {
			this.runs.incrementAndGet();
		}

	}

	static class Contradiction {

		@DistributedLock(name = "limited", holdAtLeast = "1m", maxHold = "10s")
		public void run() {
		}

	}

	static class Malformed {

		@DistributedLock(holdAtLeast = "5")
		public void run() {
		}

	}

}
