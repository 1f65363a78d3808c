package dev.distributedlock.autoconfigure.event;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;

import dev.distributedlock.LockKey;
import dev.distributedlock.LockLease;
import dev.distributedlock.LockListener;
import dev.distributedlock.LockLostEvent;
import dev.distributedlock.LockRegistry;
import dev.distributedlock.LockRequest;
import dev.distributedlock.LockTimeoutException;
import dev.distributedlock.autoconfigure.DistributedLockAutoConfiguration;
import dev.distributedlock.autoconfigure.backend.memory.InMemoryLockBackendAutoConfiguration;
import dev.distributedlock.event.LockAcquiredEvent;
import dev.distributedlock.event.LockEventPublisher;
import dev.distributedlock.event.LockNotAcquiredEvent;
import dev.distributedlock.event.LockReleasedEvent;
import dev.distributedlock.event.LockRenewalFailedEvent;
import dev.distributedlock.fencing.FixedLease;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.event.EventListener;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.test.util.ReflectionTestUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

class LockEventAutoConfigurationTests {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private static final LockRequest TEA = LockRequest.of("stock", "tea").waitAtMost(Duration.ZERO);

	private final ApplicationContextRunner contexts = new ApplicationContextRunner()
		.withPropertyValues("distributed-lock.backend=in-memory")
		.withConfiguration(AutoConfigurations.of(LockEventAutoConfiguration.class,
				InMemoryLockBackendAutoConfiguration.class, DistributedLockAutoConfiguration.class));

	@Test
	void acquisitionAndReleaseAreToldInOrderOnAThreadOfTheirOwn() {
		this.contexts.withUserConfiguration(Recorder.class).run((context) -> {
			long token;
			try (LockLease lease = context.getBean(LockRegistry.class).acquire(TEA)) {
				token = lease.token();
				context.getBean(LockRegistry.class).acquire(TEA).close();
			}
			Recorder recorder = context.getBean(Recorder.class);
			recorder.await(2);
			assertThat(recorder.events.poll()).isInstanceOfSatisfying(LockAcquiredEvent.class, (event) -> {
				assertThat(event.name()).isEqualTo("stock");
				assertThat(event.key()).isEqualTo(LockKey.of("stock", "tea"));
				assertThat(event.token()).isEqualTo(token);
				assertThat(event.waited()).isPositive();
			});
			assertThat(recorder.events.poll()).isInstanceOfSatisfying(LockReleasedEvent.class, (event) -> {
				assertThat(event.token()).isEqualTo(token);
				assertThat(event.held()).isPositive();
				assertThat(event.confirmed()).isTrue();
			});
			assertThat(recorder.threads).containsOnly("distributed-lock-application-events");
		});
	}

	@Test
	void refusalIsToldWithItsReason() {
		this.contexts.withUserConfiguration(Recorder.class).run((context) -> {
			Recorder recorder = context.getBean(Recorder.class);
			try (LockLease elsewhere = context.getBean(LockRegistry.class)
				.acquireAsync(TEA)
				.toCompletableFuture()
				.join()) {
				assertThat(context.getBean(LockRegistry.class).tryAcquire(TEA)).isEmpty();
			}
			recorder.await(3);
			assertThat(recorder.events).element(1).isInstanceOfSatisfying(LockNotAcquiredEvent.class, (event) -> {
				assertThat(event.key()).isEqualTo(LockKey.of("stock", "tea"));
				assertThat(event.failure()).isInstanceOf(LockTimeoutException.class);
			});
		});
	}

	@Test
	void lossIsToldWithoutARelease() {
		this.contexts.withUserConfiguration(Recorder.class).run((context) -> {
			Recorder recorder = context.getBean(Recorder.class);
			LockLease lease = context.getBean(LockRegistry.class)
				.acquire(TEA.leaseFor(Duration.ofMillis(50)).renewed(false));
			recorder.await(2);
			assertThat(recorder.events).element(1).isInstanceOfSatisfying(LockLostEvent.class, (event) -> {
				assertThat(event.token()).isEqualTo(lease.token());
				assertThat(event.reason()).isEqualTo(LockLostEvent.Reason.EXPIRED);
			});
			assertThatException().isThrownBy(lease::close);
			assertThat(recorder.events).hasSize(2);
		});
	}

	@Test
	void failedRenewalIsTold() {
		this.contexts.withUserConfiguration(Recorder.class).run((context) -> {
			context.getBean(LockEventPublisher.class)
				.renewalFailed(FixedLease.of("stock", "tea", 7), new IllegalStateException("no answer"));
			Recorder recorder = context.getBean(Recorder.class);
			recorder.await(1);
			assertThat(recorder.events.poll()).isInstanceOfSatisfying(LockRenewalFailedEvent.class, (event) -> {
				assertThat(event.token()).isEqualTo(7);
				assertThat(event.remaining()).isEqualTo(Duration.ofHours(1));
				assertThat(event.failure()).hasMessage("no answer");
			});
		});
	}

	@Test
	void listenerThatFailsOrBlocksHarmsNothing() {
		this.contexts.withUserConfiguration(BadListener.class, Recorder.class).run((context) -> {
			LockRegistry locks = context.getBean(LockRegistry.class);
			for (int i = 0; i < 3; i++) {
				locks.acquire(TEA).close();
			}
			BadListener bad = context.getBean(BadListener.class);
			Recorder recorder = context.getBean(Recorder.class);
			assertThat(recorder.events).as("the first listener blocks").isEmpty();
			bad.goOn.countDown();
			recorder.await(3);
			assertThat(recorder.events).hasOnlyElementsOfType(LockReleasedEvent.class);
		});
	}

	@Test
	void eventsNobodyListensToAreNotMade() {
		this.contexts.withUserConfiguration(LostOnly.class).run((context) -> {
			context.getBean(LockRegistry.class).acquire(TEA).close();
			assertThat(heard(context)).containsExactly(LockLostEvent.class);
			assertThat(threads()).doesNotContain("distributed-lock-application-events");
		});
		this.contexts.run((context) -> assertThat(heard(context)).isEmpty());
	}

	@Test
	void listenersOfAllKindsAreFound() {
		this.contexts.withUserConfiguration(Recorder.class).run((context) -> assertThat(heard(context)).hasSize(5));
		this.contexts.withBean(PlainListener.class)
			.run((context) -> assertThat(heard(context)).containsExactly(LockReleasedEvent.class));
		this.contexts.withUserConfiguration(LazyListener.class)
			.run((context) -> assertThat(heard(context)).containsExactly(LockReleasedEvent.class));
		this.contexts.withParent(new AnnotationConfigApplicationContext(LostOnly.class))
			.run((context) -> assertThat(heard(context)).containsExactly(LockLostEvent.class));
	}

	@Test
	void switchedOffThereIsNoPublisher() {
		this.contexts.withPropertyValues("distributed-lock.events.enabled=false")
			.withUserConfiguration(Recorder.class)
			.run((context) -> assertThat(context).doesNotHaveBean(LockEventPublisher.class));
	}

	@Test
	void lockListenersAreCalledInTheirOrder() {
		this.contexts.withUserConfiguration(OrderedListeners.class).run((context) -> {
			context.getBean(LockRegistry.class).acquire(TEA).close();
			assertThat(context.getBean(OrderedListeners.class).calls).containsExactly("first", "second");
		});
	}

	private static Set<Object> heard(ApplicationContext context) {
		Object heard = ReflectionTestUtils.getField(context.getBean(LockEventPublisher.class), "heard");
		return Set.copyOf((Set<?>) Objects.requireNonNull(heard));
	}

	private static List<String> threads() {
		return Thread.getAllStackTraces().keySet().stream().map(Thread::getName).toList();
	}

	@Configuration(proxyBeanMethods = false)
	static class Recorder {

		private final LinkedBlockingQueue<Object> events = new LinkedBlockingQueue<>();

		private final LinkedBlockingQueue<String> threads = new LinkedBlockingQueue<>();

		@EventListener({ LockAcquiredEvent.class, LockNotAcquiredEvent.class, LockReleasedEvent.class,
				LockRenewalFailedEvent.class, LockLostEvent.class })
		void record(Object event) {
			this.threads.add(Thread.currentThread().getName());
			this.events.add(event);
		}

		void await(int count) {
			Awaitility.await("events, which come later than they happen")
				.atMost(PATIENCE)
				.until(() -> this.events.size() >= count);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class BadListener {

		private final CountDownLatch goOn = new CountDownLatch(1);

		@EventListener
		@Order(Ordered.HIGHEST_PRECEDENCE)
		void fail(LockAcquiredEvent event) throws InterruptedException {
			this.goOn.await();
			throw new IllegalStateException("planted");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LostOnly {

		@EventListener
		void lost(LockLostEvent event) {
		}

	}

	static class PlainListener implements ApplicationListener<PayloadApplicationEvent<LockReleasedEvent>> {

		@Override
		public void onApplicationEvent(PayloadApplicationEvent<LockReleasedEvent> event) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LazyListener {

		@Bean
		@Lazy
		PlainListener lazyListener() {
			return new PlainListener();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OrderedListeners {

		private final LinkedBlockingQueue<String> calls = new LinkedBlockingQueue<>();

		@Bean
		@Order(2)
		LockListener aSecond() {
			return listener("second");
		}

		@Bean
		@Order(1)
		LockListener bFirst() {
			return listener("first");
		}

		private LockListener listener(String name) {
			return new LockListener() {

				@Override
				public void acquired(LockLease lease, Duration waited) {
					OrderedListeners.this.calls.add(name);
				}

			};
		}

	}

}
