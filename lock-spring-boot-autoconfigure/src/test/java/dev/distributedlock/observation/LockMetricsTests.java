package dev.distributedlock.observation;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import dev.distributedlock.LockBackendException;
import dev.distributedlock.LockDeadlockException;
import dev.distributedlock.LockDefinition;
import dev.distributedlock.LockException;
import dev.distributedlock.LockInterruptedException;
import dev.distributedlock.LockKey;
import dev.distributedlock.LockLease;
import dev.distributedlock.LockListener.Outcome;
import dev.distributedlock.LockLostEvent;
import dev.distributedlock.LockOptions;
import dev.distributedlock.LockRequest;
import dev.distributedlock.LockShutdownException;
import dev.distributedlock.LockTimeoutException;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LockMetrics}.
 */
@ExtendWith(OutputCaptureExtension.class)
class LockMetricsTests {

	private static final Duration SECOND = Duration.ofSeconds(1);

	private final LockRequest orders = LockRequest.of("orders", "alice@example.com");

	private final LockLease lease = new NamedLease(this.orders);

	private final MeterRegistry registry = new SimpleMeterRegistry();

	private final Set<String> declared = ConcurrentHashMap.newKeySet();

	private final LockMetrics metrics = new LockMetrics("memory", () -> this.declared);

	@Test
	void allSeriesOfDeclaredNamesStartWithZero() {
		this.declared.addAll(List.of("orders", "stock"));
		this.metrics.bindTo(this.registry);
		for (String name : this.declared) {
			assertThat(series(name)).containsExactlyInAnyOrder("acquire acquired", "acquire timeout",
					"acquire interrupted", "acquire error", "acquire shutdown", "acquire bypassed", "hold released",
					"hold lost", "hold unconfirmed", "active", "waiting", "lost expired", "lost not_held",
					"lost shutdown", "renewals success", "renewals failure");
		}
		assertThat(this.registry.getMeters()).allSatisfy((meter) -> {
			assertThat(meter.measure()).allSatisfy((measured) -> assertThat(measured.getValue()).isZero());
			assertThat(meter.getId().getTag("lock.backend")).isEqualTo("memory");
		});
	}

	@Test
	void grantIsTimedAndActiveUntilItsEnd() {
		this.metrics.bindTo(this.registry);
		this.metrics.acquired(this.lease, SECOND);
		assertThat(gauge("active")).isEqualTo(1);
		assertThat(seconds("acquire", "acquired")).isEqualTo(1);
		this.metrics.ended(this.lease, SECOND.multipliedBy(3), Outcome.RELEASED);
		assertThat(gauge("active")).isZero();
		assertThat(seconds("hold", "released")).isEqualTo(3);
		this.metrics.acquired(this.lease, SECOND);
		this.metrics.ended(this.lease, SECOND.multipliedBy(5), Outcome.LOST);
		assertThat(seconds("hold", "lost")).isEqualTo(5);
		assertThat(seconds("hold", "released")).isEqualTo(3);
	}

	@Test
	void failureIsTimedByItsKind() {
		this.metrics.bindTo(this.registry);
		fail(new LockTimeoutException("busy"), 1);
		fail(new LockInterruptedException("interrupted"), 2);
		fail(new LockBackendException("gone", null, true), 4);
		fail(new LockDeadlockException("circle"), 8);
		fail(new LockShutdownException("closed"), 16);
		assertThat(seconds("acquire", "timeout")).isEqualTo(1);
		assertThat(seconds("acquire", "interrupted")).isEqualTo(2);
		assertThat(seconds("acquire", "error")).isEqualTo(12);
		assertThat(seconds("acquire", "shutdown")).isEqualTo(16);
		assertThat(seconds("acquire", "acquired")).isZero();
	}

	@Test
	void callsThatNeedNoLockAreCountedAlsoBeforeARegistryIsBound() {
		this.metrics.bypassed(new LockDefinition("orders", "Orders.pay()", "", LockOptions.NONE));
		this.metrics.bindTo(this.registry);
		this.metrics.bypassed(new LockDefinition("orders", "Orders.pay()", "", LockOptions.NONE));
		assertThat(this.registry.get("distributed.lock.acquire").tag("outcome", "bypassed").timer().count())
			.isEqualTo(2);
		assertThat(gauge("active")).isZero();
	}

	@Test
	void waitersAreCountedWhileTheyWait() {
		this.metrics.bindTo(this.registry);
		this.metrics.waitStarted(this.orders);
		this.metrics.waitStarted(this.orders);
		assertThat(gauge("waiting")).isEqualTo(2);
		this.metrics.waitEnded(this.orders);
		assertThat(gauge("waiting")).isEqualTo(1);
	}

	@Test
	void lossesAndRenewalsAreCounted() {
		this.metrics.bindTo(this.registry);
		this.metrics.renewed(this.lease);
		this.metrics.renewed(this.lease);
		this.metrics.renewalFailed(this.lease, new IllegalStateException());
		this.metrics.lost(new LockLostEvent("orders", this.orders.key(), 1, LockLostEvent.Reason.NOT_HELD));
		assertThat(count("renewals", "outcome", "success")).isEqualTo(2);
		assertThat(count("renewals", "outcome", "failure")).isEqualTo(1);
		assertThat(count("lost", "reason", "not_held")).isEqualTo(1);
		assertThat(count("lost", "reason", "expired")).isZero();
	}

	@Test
	void eventsBeforeBindingAreRecordedOnce() {
		this.metrics.waitStarted(this.orders);
		this.metrics.acquired(this.lease, SECOND);
		this.metrics.renewed(this.lease);
		this.metrics.bindTo(this.registry);
		assertThat(gauge("waiting")).isEqualTo(1);
		assertThat(gauge("active")).isEqualTo(1);
		assertThat(seconds("acquire", "acquired")).isEqualTo(1);
		assertThat(count("renewals", "outcome", "success")).isEqualTo(1);
		this.metrics.bindTo(this.registry);
		assertThat(seconds("acquire", "acquired")).isEqualTo(1);
	}

	@Test
	void registryThatIsBoundTwiceRecordsOnce() {
		this.metrics.bindTo(this.registry);
		this.metrics.acquired(this.lease, SECOND);
		this.metrics.bindTo(this.registry);
		this.metrics.acquired(this.lease, SECOND);
		assertThat(seconds("acquire", "acquired")).isEqualTo(2);
	}

	@Test
	void everyBoundRegistryIsServed() {
		MeterRegistry second = new SimpleMeterRegistry();
		this.metrics.bindTo(this.registry);
		this.metrics.acquired(this.lease, SECOND);
		this.metrics.bindTo(second);
		this.metrics.acquired(this.lease, SECOND);
		assertThat(seconds("acquire", "acquired")).isEqualTo(2);
		assertThat(second.get("distributed.lock.active").gauge().value()).isEqualTo(2);
	}

	@Test
	void namesBeyondTheLimitShareOneSeriesAndWarnOnce(CapturedOutput output) {
		this.metrics.bindTo(this.registry);
		for (int i = 0; i < LockMetrics.MAX_NAMES + 50; i++) {
			this.metrics.waitStarted(LockRequest.of("name-" + i));
		}
		Set<String> names = ConcurrentHashMap.newKeySet();
		this.registry.getMeters().forEach((meter) -> names.add(String.valueOf(meter.getId().getTag("lock.name"))));
		assertThat(names).hasSize(LockMetrics.MAX_NAMES + 1).contains("name-0", "name-999", LockMetrics.OVERFLOW_NAME);
		assertThat(this.registry.get("distributed.lock.waiting").tag("lock.name", "other").gauge().value())
			.isEqualTo(50);
		assertThat(output.getOut().split("More than 1000 names of locks", -1)).hasSize(2);
	}

	@Test
	void metersAreLookedUpOnceAndNotForEachEvent() {
		AtomicInteger lookups = new AtomicInteger();
		this.registry.config().meterFilter(new MeterFilter() {

			@Override
			public Meter.Id map(Meter.Id id) {
				lookups.incrementAndGet();
				return id;
			}

		});
		this.metrics.bindTo(this.registry);
		this.metrics.acquired(this.lease, SECOND);
		this.metrics.ended(this.lease, SECOND, Outcome.RELEASED);
		assertThat(lookups.getAndSet(0)).isPositive();
		for (int i = 0; i < 1000; i++) {
			this.metrics.acquired(this.lease, SECOND);
			this.metrics.ended(this.lease, SECOND, Outcome.LOST);
			fail(new LockTimeoutException("busy"), 1);
			this.metrics.renewed(this.lease);
		}
		assertThat(lookups).hasValue(0);
		assertThat(count("renewals", "outcome", "success")).isEqualTo(1000);
	}

	@Test
	void noTagOrNameContainsTheKey() {
		this.metrics.bindTo(this.registry);
		List<Consumer<LockMetrics>> events = List.of((it) -> it.waitStarted(this.orders),
				(it) -> it.waitEnded(this.orders), (it) -> it.acquired(this.lease, SECOND),
				(it) -> it.notAcquired(this.orders, new LockTimeoutException("busy"), SECOND),
				(it) -> it.renewed(this.lease), (it) -> it.renewalFailed(this.lease, new IllegalStateException()),
				(it) -> it.lost(new LockLostEvent("orders", this.orders.key(), 1, LockLostEvent.Reason.EXPIRED)),
				(it) -> it.ended(this.lease, SECOND, Outcome.UNCONFIRMED));
		events.forEach((event) -> event.accept(this.metrics));
		assertThat(this.registry.getMeters()).isNotEmpty()
			.allSatisfy((meter) -> assertThat(meter.getId().toString()).contains("orders").doesNotContain("alice"));
	}

	@Test
	void registryThatRefusesMetersDoesNotDisturbLocking(CapturedOutput output) {
		this.registry.config().meterFilter(new MeterFilter() {

			@Override
			public Meter.Id map(Meter.Id id) {
				throw new IllegalArgumentException("refused");
			}

		});
		this.metrics.bindTo(this.registry);
		this.metrics.acquired(this.lease, SECOND);
		this.metrics.ended(this.lease, SECOND, Outcome.RELEASED);
		assertThat(this.registry.getMeters()).isEmpty();
		assertThat(output).contains("The meters of lock 'orders' cannot be registered");
	}

	private void fail(LockException failure, long seconds) {
		this.metrics.notAcquired(this.orders, failure, Duration.ofSeconds(seconds));
	}

	private List<String> series(String name) {
		return this.registry.getMeters()
			.stream()
			.map(Meter::getId)
			.filter((id) -> name.equals(id.getTag("lock.name")))
			.map((id) -> id.getName().substring("distributed.lock.".length()) + id.getTags()
				.stream()
				.filter((tag) -> !tag.getKey().startsWith("lock."))
				.map(Tag::getValue)
				.reduce("", (left, right) -> left + " " + right))
			.toList();
	}

	private double gauge(String name) {
		return this.registry.get("distributed.lock." + name).tag("lock.name", "orders").gauge().value();
	}

	private double seconds(String name, String outcome) {
		return this.registry.get("distributed.lock." + name)
			.tags("lock.name", "orders", "outcome", outcome)
			.timer()
			.totalTime(TimeUnit.SECONDS);
	}

	private double count(String name, String tag, String value) {
		return this.registry.get("distributed.lock." + name).tags("lock.name", "orders", tag, value).counter().count();
	}

	/** A lease that only knows what it is for. */
	private record NamedLease(LockRequest request) implements LockLease {

		@Override
		public LockKey key() {
			return this.request.key();
		}

		@Override
		public String name() {
			return this.request.name();
		}

		@Override
		public long token() {
			return 1;
		}

		@Override
		public boolean isValid() {
			return true;
		}

		@Override
		public void ensureValid() {
		}

		@Override
		public Duration remaining() {
			return SECOND;
		}

		@Override
		public void extend(Duration leaseTime) {
		}

		@Override
		public void onLost(Consumer<LockLostEvent> listener) {
		}

		@Override
		public void close() {
		}

	}

}
