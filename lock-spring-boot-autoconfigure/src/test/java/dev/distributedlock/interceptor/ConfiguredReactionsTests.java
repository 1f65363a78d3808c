package dev.distributedlock.interceptor;

import java.util.function.Consumer;

import dev.distributedlock.LockContext;
import dev.distributedlock.LockLease;
import dev.distributedlock.LockLostException;
import dev.distributedlock.LockRegistry;
import dev.distributedlock.LockRequest;
import dev.distributedlock.LockTimeoutException;
import dev.distributedlock.annotation.DistributedLock;
import dev.distributedlock.annotation.OnFailure;
import dev.distributedlock.annotation.OnLockLost;
import dev.distributedlock.annotation.TryLock;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Reactions that are configured: by name over the annotation, and that over the defaults.
 */
class ConfiguredReactionsTests {

	private final ApplicationContextRunner engine = LockedBeans.engine()
		.withPropertyValues("distributed-lock.shutdown-timeout=10ms", "distributed-lock.defaults.wait-time=0",
				"distributed-lock.locks.lost.lease-time=30ms", "distributed-lock.locks.lost.renew=false");

	@Test
	void defaultHoldsWhereTheAnnotationSaysNothing() {
		busy(this.engine, (jobs) -> {
			assertThatExceptionOfType(LockTimeoutException.class).isThrownBy(jobs::plain);
			assertThat(jobs.answered()).isEqualTo("later");
		});
		busy(this.engine.withPropertyValues("distributed-lock.defaults.on-failure=skip"), (jobs) -> {
			assertThat(jobs.plain()).isNull();
			assertThat(jobs.answered()).as("says how").isEqualTo("later");
			assertThatExceptionOfType(LockTimeoutException.class).isThrownBy(jobs::loud);
		});
	}

	@Test
	void nameWinsOverAnnotationAndDefault() {
		busy(this.engine.withPropertyValues("distributed-lock.defaults.on-failure=throw",
				"distributed-lock.locks.orders.on-failure=SKIP"), (jobs) -> {
					assertThat(jobs.plain()).isNull();
					assertThat(jobs.loud()).isNull();
					assertThat(jobs.answered()).isNull();
				});
		busy(this.engine.withPropertyValues("distributed-lock.locks.orders.on-failure=throw"), (jobs) -> {
			assertThatExceptionOfType(LockTimeoutException.class).isThrownBy(jobs::quiet);
			assertThatExceptionOfType(LockTimeoutException.class).isThrownBy(jobs::answered);
		});
	}

	@Test
	void lossIsConfiguredTheSameWay() {
		run(this.engine, (jobs) -> assertThatExceptionOfType(LockLostException.class).isThrownBy(jobs::lost));
		run(this.engine.withPropertyValues("distributed-lock.defaults.on-lock-lost=log"), (jobs) -> {
			assertThat(jobs.lost()).isEqualTo("done");
			assertThatExceptionOfType(LockLostException.class).isThrownBy(jobs::lostAndThrown);
		});
		run(this.engine.withPropertyValues("distributed-lock.locks.lost.on-lock-lost=log"),
				(jobs) -> assertThat(jobs.lostAndThrown()).isEqualTo("done"));
	}

	@Test
	void whatCannotBeDoneStopsTheStart() {
		refuses(this.engine.withBean(Primitive.class)
			.withPropertyValues("distributed-lock.locks.orders.on-failure=fallback"), "onFailure = \"FALLBACK\"",
				"is configured, but has nothing to answer");
		refuses(this.engine.withBean(Two.class)
			.withPropertyValues("distributed-lock.locks.a.on-failure=skip",
					"distributed-lock.locks.b.on-failure=throw"),
				"onFailure = \"[SKIP, THROW]\"", "configured differently", "[a, b]");
		refuses(this.engine.withBean(Two.class).withPropertyValues("distributed-lock.locks.a.on-failure=sometimes"),
				"sometimes");
	}

	private static void busy(ApplicationContextRunner runner, Consumer<Jobs> test) {
		runner.withBean(Jobs.class).run((context) -> {
			assertThat(context).hasNotFailed();
			LockLease elsewhere = context.getBean(LockRegistry.class)
				.acquireAsync(LockRequest.of("orders"))
				.toCompletableFuture()
				.join();
			test.accept(context.getBean(Jobs.class));
			elsewhere.close();
		});
	}

	private static void run(ApplicationContextRunner runner, Consumer<Jobs> test) {
		runner.withBean(Jobs.class).run((context) -> {
			assertThat(context).hasNotFailed();
			test.accept(context.getBean(Jobs.class));
		});
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

		@DistributedLock(name = "orders")
		public @Nullable String plain() {
			return "ran";
		}

		@DistributedLock(name = "orders", onFailure = OnFailure.THROW)
		public @Nullable String loud() {
			return "ran";
		}

		@TryLock(name = "orders")
		public @Nullable String quiet() {
			return "ran";
		}

		@DistributedLock(name = "orders", fallback = "later")
		public @Nullable String answered() {
			return "ran";
		}

		String later() {
			return "later";
		}

		@DistributedLock(name = "lost")
		public String lost() {
			return untilLost();
		}

		@DistributedLock(name = "lost", onLockLost = OnLockLost.THROW)
		public String lostAndThrown() {
			return untilLost();
		}

		private static String untilLost() {
			LockLease lease = LockContext.current();
			Awaitility.await("the loss").until(() -> !lease.isValid());
			return "done";
		}

	}

	static class Primitive {

		@DistributedLock(name = "orders")
		public int run() {
			return 1;
		}

	}

	static class Two {

		@DistributedLock(name = "a")
		@DistributedLock(name = "b")
		public void run() {
		}

	}

}
