package dev.distributedlock.interceptor;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import dev.distributedlock.InvalidLockKeyException;
import dev.distributedlock.LockContext;
import dev.distributedlock.LockKey;
import dev.distributedlock.LockLease;
import dev.distributedlock.LockListener;
import dev.distributedlock.LockMonitor;
import dev.distributedlock.LockRegistry;
import dev.distributedlock.LockRequest;
import dev.distributedlock.LockTimeoutException;
import dev.distributedlock.annotation.DistributedLock;
import dev.distributedlock.annotation.LockFailureHandler;
import dev.distributedlock.annotation.OnFailure;
import dev.distributedlock.annotation.ScheduledLock;
import dev.distributedlock.annotation.TryLock;
import dev.distributedlock.interceptor.RecordingLockRegistry.State;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.autoproxy.DefaultAdvisorAutoProxyCreator;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.scheduling.annotation.Scheduled;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What users of annotations for locks complained of elsewhere, each as a fact about this
 * one.
 */
class KnownComplaintsTests {

	private final ApplicationContextRunner runner = LockedBeans.context().withBean(OverloadHandler.class);

	@Test
	void methodNeverRunsUnlockedAfterATimeout() {
		LockedBeans.with(this.runner, Orders.class, Orders.class, (orders, locks) -> {
			locks.state(State.BUSY);
			assertThatExceptionOfType(LockTimeoutException.class).isThrownBy(() -> orders.pay("1"));
			assertThat(orders.runs()).isZero();
			assertThat(locks.releases()).isEmpty();
		});
	}

	@Test
	void changedArgumentDoesNotChangeWhatIsReleased() {
		LockedBeans.with(this.runner, Orders.class, Orders.class, (orders, locks) -> {
			orders.clear(new ArrayList<>(List.of("a", "b")));
			assertThat(locks.releases()).containsExactly(LockKey.of("orders", "b"), LockKey.of("orders", "a"));
			orders.rename(new Order("1"));
			assertThat(locks.releases()).endsWith(LockKey.of("orders", "1"));
		});
	}

	@Test
	void nullIsNoKey() {
		LockedBeans.with(this.runner, Orders.class, Orders.class, (orders,
				locks) -> assertThatExceptionOfType(InvalidLockKeyException.class).isThrownBy(() -> orders.pay(null)));
	}

	@Test
	void partsOfKeysAreNotConfused() {
		LockedBeans.with(this.runner, Orders.class, Orders.class, (orders, locks) -> {
			orders.pay("a:b");
			orders.payColon("b");
			assertThat(locks.keys()).doesNotHaveDuplicates();
		});
	}

	@Test
	void skippedPrimitiveIsZeroAndNoNullPointer() {
		LockedBeans.with(this.runner, Orders.class, Orders.class, (orders, locks) -> {
			locks.state(State.BUSY);
			assertThat(orders.count()).isZero();
		});
	}

	@Test
	void skippedReactiveMethodIsEmptyAndNotNull() {
		LockedBeans.with(this.runner, Orders.class, Orders.class, (orders, locks) -> {
			locks.state(State.BUSY);
			assertThat(orders.reactive().blockOptional()).isEmpty();
			assertThat(orders.future()).isCompletedWithValue(null);
		});
	}

	@Test
	void callerMayGetAnExceptionOfTheApplication() {
		LockedBeans.with(this.runner, Orders.class, Orders.class, (orders, locks) -> {
			locks.state(State.BUSY);
			assertThatExceptionOfType(Overloaded.class).isThrownBy(orders::handled).withMessage("handled");
		});
	}

	@Test
	void lockOnAScheduledMethodHolds() {
		LockedBeans.with(this.runner, Orders.class, Orders.class, (orders, locks) -> {
			orders.scheduled();
			assertThat(locks.events()).containsExactly("LOCK", "UNLOCK");
		});
	}

	@Test
	void nestedLocksDoNotOverwriteEachOther() {
		LockedBeans.engine().withBean(Orders.class).withBean(OverloadHandler.class).run((context) -> {
			LockRegistry registry = context.getBean(LockRegistry.class);
			try (var outer = registry.acquire(LockRequest.of("outer"))) {
				assertThat(context.getBean(Orders.class).keyWithin("1")).isEqualTo("orders:1");
				assertThat(LockContext.current()).isSameAs(outer);
				assertThat(outer.isValid()).isTrue();
			}
			assertThat(context.getBean(LockMonitor.class).held()).isEmpty();
		});
	}

	@Test
	void futureIsNotUnlockedBeforeItIsComplete() {
		LockedBeans.with(this.runner, Orders.class, Orders.class, (orders, locks) -> {
			CompletableFuture<String> work = new CompletableFuture<>();
			CompletableFuture<String> result = orders.work(work);
			assertThat(locks.events()).containsExactly("LOCK");
			work.complete("done");
			assertThat(result).succeedsWithin(10, TimeUnit.SECONDS);
			assertThat(locks.events()).containsExactly("LOCK", "UNLOCK");
		});
	}

	/** lock4j I3TAX2: the advice was applied twice beside other proxies. */
	@Test
	void secondProxyCreatorDoesNotLockTwice() {
		List<LockLease> acquired = new CopyOnWriteArrayList<>();
		LockedBeans.engine()
			.withBean("second", DefaultAdvisorAutoProxyCreator.class)
			.withBean("listener", LockListener.class, () -> new LockListener() {

				@Override
				public void acquired(LockLease lease, Duration waited) {
					acquired.add(lease);
				}

			})
			.withBean(OverloadHandler.class)
			.withBean(Orders.class)
			.run((context) -> {
				Orders orders = context.getBean(Orders.class);
				assertThat(((Advised) orders).getTargetSource().getTarget()).as("proxied twice")
					.isInstanceOf(Advised.class);
				assertThat(orders.keyWithin("1")).isEqualTo("orders:1");
				assertThat(acquired).as("re-entry is not another lock").hasSize(1);
				assertThat(context.getBean(LockMonitor.class).held()).isEmpty();
			});
	}

	@Test
	void nameOfAParameterMayBeThatOfTheInterface() {
		LockedBeans.with(this.runner, Renamed.class, Contract.class, (bean, locks) -> {
			bean.run("1");
			assertThat(locks.last().key()).isEqualTo(LockKey.of("1"));
		});
	}

	private static final class Overloaded extends RuntimeException {

		private static final long serialVersionUID = 1L;

		Overloaded(String message) {
			super(message);
		}

	}

	static class OverloadHandler implements LockFailureHandler {

		@Override
		public Object handle(LockTimeoutException busy, Method method, @Nullable Object[] arguments) {
			throw new Overloaded(method.getName());
		}

	}

	interface Contract {

		@DistributedLock(key = "#declared")
		void run(String declared);

	}

	static class Renamed implements Contract {

		@Override
		public void run(String implemented) {
		}

	}

	static class Order {

		private String id;

		Order(String id) {
			this.id = id;
		}

		public String getId() {
			return this.id;
		}

	}

	static class Orders {

		private int runs;

		public int runs() {
			return this.runs;
		}

		@DistributedLock(name = "orders", key = "#id")
		public void pay(@Nullable String id) {
			this.runs++;
		}

		@DistributedLock(name = "orders:a", key = "#id")
		public void payColon(String id) {
			this.runs++;
		}

		@DistributedLock(name = "orders", key = "#ids")
		public void clear(List<String> ids) {
			ids.clear();
		}

		@DistributedLock(name = "orders", key = "#order.id")
		public void rename(Order order) {
			order.id = "other";
		}

		@DistributedLock(onFailure = OnFailure.SKIP)
		public long count() {
			return 7;
		}

		@TryLock
		public Mono<String> reactive() {
			return Mono.just("x");
		}

		@TryLock
		public CompletableFuture<String> future() {
			return CompletableFuture.completedFuture("x");
		}

		@DistributedLock(handler = OverloadHandler.class)
		public Optional<String> handled() {
			return Optional.empty();
		}

		@Scheduled(fixedDelay = 1_000)
		@ScheduledLock
		public void scheduled() {
		}

		@DistributedLock(name = "orders", key = "#id")
		public String keyWithin(String id) {
			return LockContext.current().key().value();
		}

		@DistributedLock(name = "orders")
		public CompletableFuture<String> work(CompletableFuture<String> work) {
			return work;
		}

	}

}
