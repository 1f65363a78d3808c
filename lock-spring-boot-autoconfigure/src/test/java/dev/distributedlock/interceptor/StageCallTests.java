package dev.distributedlock.interceptor;

import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import dev.distributedlock.InvalidLockKeyException;
import dev.distributedlock.LockContext;
import dev.distributedlock.LockLease;
import dev.distributedlock.LockLostException;
import dev.distributedlock.LockMonitor;
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

import org.springframework.aop.interceptor.ExposeInvocationInterceptor;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Methods that return a stage, on the real engine.
 */
class StageCallTests {

	@Test
	void lockIsHeldUntilTheStageCompletes() {
		with((api, payments, context) -> {
			CompletableFuture<String> result = api.pay("1");
			LockLease lease = payments.lease();
			assertThat(lease.key().value()).isEqualTo("orders:1");
			assertThat(lease.isValid()).isTrue();
			assertThat(held(context)).isEqualTo(1);
			payments.body.complete("paid");
			assertThat(result).succeedsWithin(10, TimeUnit.SECONDS).isEqualTo("paid");
			assertThat(held(context)).isZero();
		});
	}

	@Test
	void lockIsReleasedWhenTheStageFails() {
		with((api, payments, context) -> {
			CompletableFuture<String> result = api.pay("1");
			payments.lease();
			payments.body.completeExceptionally(new IOException("body"));
			assertThat(failure(result)).isInstanceOf(IOException.class).hasMessage("body");
			assertThat(held(context)).isZero();
		});
	}

	@Test
	void whatTheMethodThrowsFailsTheStage() {
		with((api, payments, context) -> {
			assertThat(failure(api.throwing())).isInstanceOf(IllegalStateException.class).hasMessage("body");
			assertThat(failure(api.returningNull())).hasMessageContainingAll("Payments.returningNull()",
					"returned null");
			assertThat(failure(api.keyed(null))).isInstanceOf(InvalidLockKeyException.class);
			assertThat(held(context)).isZero();
		});
	}

	@Test
	void methodRunsOnAThreadThatIsLikeTheOneOfTheCaller() {
		with((api, payments, context) -> {
			payments.body.complete("x");
			ClassLoader before = Thread.currentThread().getContextClassLoader();
			ClassLoader ofApplication = new ClassLoader(before) {
			};
			Thread.currentThread().setContextClassLoader(ofApplication);
			try {
				assertThat(api.pay("1")).succeedsWithin(10, TimeUnit.SECONDS);
			}
			finally {
				Thread.currentThread().setContextClassLoader(before);
			}
			assertThat(payments.classLoader).isSameAs(ofApplication);
			assertThat(payments.invoked).isEqualTo("pay");
		});
	}

	@Test
	void callerIsNotBlockedWhileTheLockIsBusy() {
		with((api, payments, context) -> {
			LockLease elsewhere = holdElsewhere(context, "1");
			CompletableFuture<String> result = api.pay("1");
			assertThat(context.getBean(LockMonitor.class).waiting()).singleElement()
				.extracting(LockMonitor.Waiting::thread)
				.isEqualTo("");
			assertThat(payments.runs).hasValue(0);
			elsewhere.close();
			payments.lease();
			payments.body.complete("paid");
			assertThat(result).succeedsWithin(10, TimeUnit.SECONDS).isEqualTo("paid");
		});
	}

	@Test
	void cancellationEndsTheWait() {
		with((api, payments, context) -> {
			LockLease elsewhere = holdElsewhere(context, "1");
			api.pay("1").cancel(true);
			Awaitility.await("the end of the wait")
				.untilAsserted(() -> assertThat(context.getBean(LockMonitor.class).waiting()).isEmpty());
			elsewhere.close();
			assertThat(payments.runs).hasValue(0);
			assertThat(held(context)).isZero();
		});
	}

	@Test
	void lockIsHeldUntilTheWorkIsDoneAlsoIfTheCallerCancels() {
		with((api, payments, context) -> {
			CompletableFuture<String> result = api.pay("1");
			LockLease lease = payments.lease();
			result.cancel(true);
			assertThat(payments.body).isNotDone();
			assertThat(lease.isValid()).isTrue();
			payments.body.complete("done");
			Awaitility.await("the release").untilAsserted(() -> assertThat(held(context)).isZero());
		});
	}

	@Test
	void lockIsReleasedWhenTheMethodCancelsItsStage() {
		with((api, payments, context) -> {
			CompletableFuture<String> result = api.minimal().toCompletableFuture();
			payments.lease();
			payments.body.cancel(true);
			assertThat(failure(result)).isInstanceOf(CancellationException.class);
			assertThat(held(context)).isZero();
		});
	}

	@Test
	void busyLockFailsSkipsOrFallsBack() {
		with((api, payments, context) -> {
			holdElsewhere(context, "1");
			assertThat(failure(api.atOnce("1"))).isInstanceOf(LockTimeoutException.class);
			assertThat(api.skipped("1")).succeedsWithin(10, TimeUnit.SECONDS).isEqualTo(Optional.empty());
			assertThat(api.answered("1")).succeedsWithin(10, TimeUnit.SECONDS).isEqualTo("later 1");
			assertThat(payments.runs).hasValue(0);
		});
	}

	@Test
	void methodIsReentrantOnTheThreadThatCallsIt() {
		with((api, payments, context) -> {
			LockRegistry registry = context.getBean(LockRegistry.class);
			try (LockLease outer = registry.acquire(LockRequest.of("orders", "1"))) {
				payments.body.complete("nested");
				assertThat(api.pay("1")).succeedsWithin(10, TimeUnit.SECONDS).isEqualTo("nested");
				assertThat(payments.lease().token()).isEqualTo(outer.token());
			}
			assertThat(held(context)).isZero();
		});
	}

	@Test
	void severalLocksAreAllOrNone() {
		with((api, payments, context) -> {
			CompletableFuture<String> result = api.all(List.of("b", "a"));
			Awaitility.await("the method").untilAsserted(() -> assertThat(payments.runs).hasValue(1));
			assertThat(held(context)).isEqualTo(2);
			payments.body.complete("all");
			assertThat(result).succeedsWithin(10, TimeUnit.SECONDS);
			assertThat(held(context)).isZero();
			holdElsewhere(context, "b");
			assertThat(failure(api.all(List.of("b", "a")))).isInstanceOf(LockTimeoutException.class);
			assertThat(held(context)).isEqualTo(1);
			assertThat(payments.runs).hasValue(1);
		});
	}

	@Test
	void cancellationGivesBackWhatWasGranted() {
		with((api, payments, context) -> {
			LockLease elsewhere = holdElsewhere(context, "b");
			CompletableFuture<String> result = api.allInTime(List.of("a", "b"));
			Awaitility.await("the first lock").untilAsserted(() -> assertThat(held(context)).isEqualTo(2));
			result.cancel(true);
			Awaitility.await("the roll-back").untilAsserted(() -> assertThat(held(context)).isEqualTo(1));
			elsewhere.close();
			assertThat(payments.runs).hasValue(0);
		});
	}

	@Test
	void lossFailsIsLoggedOrCancels() {
		with((api, payments, context) -> {
			CompletableFuture<String> thrown = api.lostAndThrown();
			CompletableFuture<String> logged = api.lostAndLogged();
			CompletableFuture<String> cancelled = api.lostAndCancelled();
			assertThat(failure(cancelled)).isInstanceOf(LockLostException.class)
				.satisfies(
						(ex) -> assertThat(ex.getSuppressed()).hasExactlyElementsOfTypes(CancellationException.class));
			payments.body.complete("late");
			assertThat(failure(thrown)).isInstanceOf(LockLostException.class);
			assertThat(logged).succeedsWithin(10, TimeUnit.SECONDS).isEqualTo("late");
		});
	}

	private static void with(Scenario test) {
		Payments target = new Payments();
		LockedBeans.engine()
			.withPropertyValues("distributed-lock.locks.lost1.lease-time=50ms",
					"distributed-lock.locks.lost1.renew=false", "distributed-lock.locks.lost2.lease-time=50ms",
					"distributed-lock.locks.lost2.renew=false", "distributed-lock.locks.lost3.lease-time=50ms",
					"distributed-lock.locks.lost3.renew=false")
			.withBean(Api.class, () -> target)
			.withPropertyValues("spring.aop.proxy-target-class=false")
			.run((context) -> {
				if (context.getStartupFailure() != null) {
					throw new AssertionError("Context did not start", context.getStartupFailure());
				}
				test.run(context.getBean(Api.class), target, context);
			});
	}

	private static LockLease holdElsewhere(ApplicationContext context, String id) {
		return context.getBean(LockRegistry.class)
			.acquireAsync(LockRequest.of("orders", id))
			.toCompletableFuture()
			.join();
	}

	private static int held(ApplicationContext context) {
		return context.getBean(LockMonitor.class).held().size();
	}

	private static Throwable failure(CompletableFuture<?> future) {
		return Objects
			.requireNonNull(future.handle((value, failure) -> failure).orTimeout(10, TimeUnit.SECONDS).join());
	}

	@FunctionalInterface
	interface Scenario {

		void run(Api api, Payments payments, ApplicationContext context);

	}

	interface Api {

		CompletableFuture<String> pay(String id);

		CompletableFuture<String> atOnce(String id);

		CompletableFuture<Optional<String>> skipped(String id);

		CompletableFuture<String> answered(String id);

		CompletableFuture<String> all(List<String> ids);

		CompletableFuture<String> allInTime(List<String> ids);

		CompletableFuture<String> keyed(@Nullable String id);

		CompletableFuture<String> throwing();

		CompletableFuture<String> returningNull();

		CompletionStage<String> minimal();

		CompletableFuture<String> lostAndThrown();

		CompletableFuture<String> lostAndLogged();

		CompletableFuture<String> lostAndCancelled();

	}

	static class Payments implements Api {

		private final CompletableFuture<LockLease> lease = new CompletableFuture<>();

		final CompletableFuture<String> body = new CompletableFuture<>();

		final AtomicInteger runs = new AtomicInteger();

		volatile @Nullable ClassLoader classLoader;

		volatile @Nullable String invoked;

		LockLease lease() {
			return this.lease.orTimeout(10, TimeUnit.SECONDS).join();
		}

		private CompletableFuture<String> run() {
			this.runs.incrementAndGet();
			this.classLoader = Thread.currentThread().getContextClassLoader();
			this.invoked = ExposeInvocationInterceptor.currentInvocation().getMethod().getName();
			this.lease.complete(LockContext.current());
			return this.body;
		}

		@Override
		@DistributedLock(name = "orders", key = "#id")
		public CompletableFuture<String> pay(String id) {
			return run();
		}

		@Override
		@DistributedLock(name = "orders", key = "#id", waitTime = "0")
		public CompletableFuture<String> atOnce(String id) {
			return run();
		}

		@Override
		@TryLock(name = "orders", key = "#id")
		public CompletableFuture<Optional<String>> skipped(String id) {
			return run().thenApply(Optional::of);
		}

		@Override
		@DistributedLock(name = "orders", key = "#id", waitTime = "0", onFailure = OnFailure.FALLBACK,
				fallback = "payLater")
		public CompletableFuture<String> answered(String id) {
			return run();
		}

		CompletableFuture<String> payLater(String id) {
			return CompletableFuture.completedFuture("later " + id);
		}

		@Override
		@DistributedLock(name = "orders", key = "#ids", waitTime = "0")
		public CompletableFuture<String> all(List<String> ids) {
			return run();
		}

		@Override
		@DistributedLock(name = "orders", key = "#ids", waitTime = "30s")
		public CompletableFuture<String> allInTime(List<String> ids) {
			return run();
		}

		@Override
		@DistributedLock(name = "orders", key = "#id")
		public CompletableFuture<String> keyed(@Nullable String id) {
			return run();
		}

		@Override
		@DistributedLock
		public CompletableFuture<String> throwing() {
			throw new IllegalStateException("body");
		}

		@Override
		@DistributedLock
		@SuppressWarnings("NullAway")
		public CompletableFuture<String> returningNull() {
			return null;
		}

		@Override
		@DistributedLock
		public CompletionStage<String> minimal() {
			return run().minimalCompletionStage();
		}

		@Override
		@DistributedLock(name = "lost1")
		public CompletableFuture<String> lostAndThrown() {
			return untilLost(this.body.copy());
		}

		@Override
		@DistributedLock(name = "lost2", onLockLost = OnLockLost.LOG)
		public CompletableFuture<String> lostAndLogged() {
			return untilLost(this.body.copy());
		}

		@Override
		@DistributedLock(name = "lost3", onLockLost = OnLockLost.INTERRUPT)
		public CompletableFuture<String> lostAndCancelled() {
			return this.body.copy();
		}

		private static CompletableFuture<String> untilLost(CompletableFuture<String> body) {
			CompletableFuture<Void> lost = new CompletableFuture<>();
			LockContext.current().onLost((event) -> lost.complete(null));
			return body.thenCombine(lost, (value, none) -> value);
		}

	}

}
