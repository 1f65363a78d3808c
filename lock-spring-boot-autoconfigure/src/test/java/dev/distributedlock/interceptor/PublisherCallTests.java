package dev.distributedlock.interceptor;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
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
import dev.distributedlock.annotation.OnLockLost;
import dev.distributedlock.annotation.TryLock;
import io.reactivex.rxjava3.core.Completable;
import io.reactivex.rxjava3.core.Single;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.adapter.JdkFlowAdapter;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Methods that return reactive types, on the real engine.
 */
class PublisherCallTests {

	private static final Duration LONG = Duration.ofSeconds(10);

	@Test
	void lockIsTakenOnSubscriptionAndHeldUntilCompletion() {
		with((payments, context) -> {
			Sinks.One<String> body = Sinks.one();
			Mono<String> pay = payments.pay("1", body.asMono());
			assertThat(held(context)).isZero();
			CompletableFuture<String> result = pay.toFuture();
			Awaitility.await("the grant").untilAsserted(() -> assertThat(held(context)).isEqualTo(1));
			assertThat(result).isNotDone();
			body.tryEmitValue("paid");
			assertThat(result).succeedsWithin(10, TimeUnit.SECONDS).isEqualTo("paid");
			Awaitility.await("the release").untilAsserted(() -> assertThat(held(context)).isZero());
		});
	}

	@Test
	void eachSubscriptionTakesTheLockAnew() {
		with((payments, context) -> {
			Mono<Long> token = payments.token("1");
			long first = token.block(LONG);
			assertThat(token.block(LONG)).isGreaterThan(first);
		});
	}

	@Test
	void lockIsHeldForAllElements() {
		with((payments, context) -> {
			List<Integer> held = payments.lines(Flux.range(0, 3).map((i) -> held(context))).collectList().block(LONG);
			assertThat(held).containsExactly(1, 1, 1);
			assertThat(held(context)).isZero();
		});
	}

	@Test
	void errorReleasesAndIsSeenAsItIs() {
		with((payments, context) -> {
			assertThatExceptionOfType(RuntimeException.class)
				.isThrownBy(() -> payments.pay("1", Mono.error(new IOException("body"))).block(LONG))
				.havingCause()
				.isInstanceOf(IOException.class)
				.withMessage("body");
			assertThat(held(context)).isZero();
		});
	}

	@Test
	void cancellationReleases() {
		with((payments, context) -> {
			Disposable subscription = payments.pay("1", Mono.never()).subscribe();
			Awaitility.await("the grant").untilAsserted(() -> assertThat(held(context)).isEqualTo(1));
			subscription.dispose();
			Awaitility.await("the release").untilAsserted(() -> assertThat(held(context)).isZero());
		});
	}

	@Test
	void cancellationEndsTheWait() {
		with((payments, context) -> {
			holdElsewhere(context, "1");
			Disposable subscription = payments.pay("1", Mono.just("x")).subscribe();
			Awaitility.await("the wait")
				.untilAsserted(() -> assertThat(context.getBean(LockMonitor.class).waiting()).hasSize(1));
			subscription.dispose();
			Awaitility.await("the end of the wait")
				.untilAsserted(() -> assertThat(context.getBean(LockMonitor.class).waiting()).isEmpty());
			assertThat(payments.runs()).isZero();
		});
	}

	@Test
	void nothingIsLeftLockedHoweverCancellationAndGrantMeet() {
		with((payments, context) -> {
			for (int i = 0; i < 500; i++) {
				Disposable subscription = payments.pay("1", Mono.never()).subscribe();
				for (int spin = 0; spin < i * 20; spin++) {
					Thread.onSpinWait();
				}
				subscription.dispose();
			}
			Awaitility.await("the last release").untilAsserted(() -> assertThat(held(context)).isZero());
			assertThat(context.getBean(LockMonitor.class).waiting()).isEmpty();
		});
	}

	@Test
	void nothingIsLeftLockedIfTheSubscriberCancelsInsteadOfAsking() {
		with((payments, context) -> {
			payments.pay("1", Mono.never()).subscribe(new BaseSubscriber<>() {

				@Override
				protected void hookOnSubscribe(Subscription subscription) {
					Awaitility.await("the grant").untilAsserted(() -> assertThat(held(context)).isEqualTo(1));
					subscription.cancel();
				}

			});
			Awaitility.await("the release").untilAsserted(() -> assertThat(held(context)).isZero());
			assertThat(payments.runs()).isZero();
		});
	}

	@Test
	void busyLockFailsOrIsEmpty() {
		with((payments, context) -> {
			holdElsewhere(context, "1");
			assertThatExceptionOfType(LockTimeoutException.class)
				.isThrownBy(() -> payments.atOnce("1", Mono.just("x")).block(LONG));
			assertThat(payments.skipped("1").block(LONG)).isNull();
			assertThat(payments.skippedLines("1").collectList().block(LONG)).isEmpty();
			assertThat(payments.answered("1").block(LONG)).isEqualTo("later 1");
			assertThat(payments.runs()).isZero();
		});
	}

	@Test
	void timeoutOfTheMethodItselfIsNotAnswered() {
		with((payments, context) -> assertThatExceptionOfType(LockTimeoutException.class)
			.isThrownBy(() -> payments.answered("inner").block(LONG))
			.withMessage("of the method"));
	}

	@Test
	void callsWithinTheSubscriptionAreReentrant() {
		with((payments, context) -> {
			Mono<String> nested = Mono.delay(Duration.ofMillis(1)).then(payments.atOnce("1", Mono.just("inner")));
			assertThat(payments.pay("1", nested).block(LONG)).isEqualTo("inner");
			assertThat(held(context)).isZero();
		});
	}

	@Test
	void workThatRunsOnSubscriptionRunsUnderTheLock() {
		with((payments, context) -> {
			Mono<Long> token = Mono.fromCallable(() -> LockContext.current().token());
			assertThat(payments.pay("1", token.map(String::valueOf)).block(LONG)).matches("\\d+");
			assertThat(LockContext.find()).isEmpty();
		});
	}

	@Test
	void otherReactiveTypesAreLockedToo() throws Exception {
		with((payments, context) -> {
			assertThat(payments.single().blockingGet()).isEqualTo(1);
			payments.completable().blockingAwait();
			assertThat(JdkFlowAdapter.flowPublisherToFlux(payments.flow()).blockLast(LONG)).isEqualTo(1);
			assertThat(held(context)).isZero();
		});
	}

	@Test
	void invalidKeyIsAnErrorOfTheSubscription() {
		with((payments, context) -> {
			Mono<String> pay = payments.keyed(null);
			assertThatExceptionOfType(InvalidLockKeyException.class).isThrownBy(() -> pay.block(LONG));
		});
	}

	@Test
	void lossFailsIsLoggedOrCancels() {
		with((payments, context) -> {
			assertThatExceptionOfType(LockLostException.class).isThrownBy(() -> payments.lostAndThrown().block(LONG));
			assertThat(payments.lostAndLogged().block(LONG)).isEqualTo("late");
			assertThatExceptionOfType(LockLostException.class)
				.isThrownBy(() -> payments.lostAndCancelled().block(LONG));
		});
	}

	private static void with(Scenario test) {
		LockedBeans.engine()
			.withPropertyValues("distributed-lock.locks.lost.lease-time=50ms",
					"distributed-lock.locks.lost.renew=false")
			.withBean(Payments.class)
			.run((context) -> {
				if (context.getStartupFailure() != null) {
					throw new AssertionError("Context did not start", context.getStartupFailure());
				}
				test.run(context.getBean(Payments.class), context);
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

	@FunctionalInterface
	interface Scenario {

		void run(Payments payments, ApplicationContext context);

	}

	static class Payments {

		private final AtomicInteger runs = new AtomicInteger();

		private <T> T run(T body) {
			this.runs.incrementAndGet();
			return body;
		}

		public int runs() {
			return this.runs.get();
		}

		@DistributedLock(name = "orders", key = "#id")
		public Mono<String> pay(String id, Mono<String> body) {
			return run(body);
		}

		@DistributedLock(name = "orders", key = "#id")
		public Mono<Long> token(String id) {
			return Mono.just(LockContext.current().token());
		}

		@DistributedLock(name = "orders", key = "'lines'")
		public Flux<Integer> lines(Flux<Integer> body) {
			return run(body);
		}

		@DistributedLock(name = "orders", key = "#id", waitTime = "0")
		public Mono<String> atOnce(String id, Mono<String> body) {
			return run(body);
		}

		@TryLock(name = "orders", key = "#id")
		public Mono<String> skipped(String id) {
			return run(Mono.just(id));
		}

		@TryLock(name = "orders", key = "#id")
		public Flux<String> skippedLines(String id) {
			return run(Flux.just(id));
		}

		@DistributedLock(name = "orders", key = "#id", waitTime = "0", fallback = "payLater")
		public Mono<String> answered(String id) {
			return (id.equals("inner")) ? Mono.error(new LockTimeoutException("of the method")) : run(Mono.just(id));
		}

		Mono<String> payLater(String id) {
			return Mono.just("later " + id);
		}

		@DistributedLock(name = "orders", key = "#id")
		public Mono<String> keyed(@Nullable String id) {
			return run(Mono.just("x"));
		}

		@DistributedLock
		public Single<Integer> single() {
			return Single.fromCallable(() -> 1);
		}

		@DistributedLock
		public Completable completable() {
			return Completable.complete();
		}

		@DistributedLock
		public Flow.Publisher<Integer> flow() {
			return JdkFlowAdapter.publisherToFlowPublisher(Flux.just(1));
		}

		@DistributedLock(name = "lost")
		public Mono<String> lostAndThrown() {
			return untilLost();
		}

		@DistributedLock(name = "lost", onLockLost = OnLockLost.LOG)
		public Mono<String> lostAndLogged() {
			return untilLost();
		}

		@DistributedLock(name = "lost", onLockLost = OnLockLost.INTERRUPT)
		public Mono<String> lostAndCancelled() {
			return Mono.never();
		}

		private static Mono<String> untilLost() {
			LockLease lease = LockContext.current();
			return Mono.create((sink) -> lease.onLost((event) -> sink.success("late")));
		}

	}

}
