package dev.distributedlock.observation;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

import dev.distributedlock.LockListener;
import dev.distributedlock.LockLostEvent;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;

/**
 * All meters of one lock name in one registry. Registers them on creation, so that a
 * dashboard shows zeros and not gaps; afterwards recording allocates nothing.
 */
final class MeterSeries {

	private final Map<AcquireOutcome, Timer> acquire;

	private final Map<LockListener.Outcome, Timer> hold;

	private final Map<LockLostEvent.Reason, Counter> lost;

	private final Counter renewed;

	private final Counter renewalFailed;

	MeterSeries(MeterRegistry registry, String name, String backend, LongAdder active, LongAdder waiting) {
		Tags tags = Tags.of("lock.name", name, "lock.backend", backend);
		this.acquire = each(AcquireOutcome.class,
				(outcome) -> Timer.builder("distributed.lock.acquire")
					.description("Time from the call to its outcome")
					.tags(tags.and("outcome", lowerCase(outcome)))
					.register(registry));
		this.hold = each(LockListener.Outcome.class,
				(outcome) -> Timer.builder("distributed.lock.hold")
					.description("Time from the grant to its end")
					.tags(tags.and("outcome", lowerCase(outcome)))
					.register(registry));
		this.lost = each(LockLostEvent.Reason.class,
				(reason) -> Counter.builder("distributed.lock.lost")
					.description("Locks lost while they were held")
					.tags(tags.and("reason", lowerCase(reason)))
					.register(registry));
		this.renewed = renewals(registry, tags.and("outcome", "success"));
		this.renewalFailed = renewals(registry, tags.and("outcome", "failure"));
		gauge(registry, "distributed.lock.active", "Grants held now", active, tags);
		gauge(registry, "distributed.lock.waiting", "Acquisitions waiting now", waiting, tags);
	}

	void acquire(AcquireOutcome outcome, Duration waited) {
		of(this.acquire, outcome).record(waited);
	}

	void hold(LockListener.Outcome outcome, Duration held) {
		of(this.hold, outcome).record(held);
	}

	void lost(LockLostEvent.Reason reason) {
		of(this.lost, reason).increment();
	}

	void renewal(boolean success) {
		(success ? this.renewed : this.renewalFailed).increment();
	}

	private static <E extends Enum<E>, M> M of(Map<E, M> meters, E value) {
		return Objects.requireNonNull(meters.get(value));
	}

	private static <E extends Enum<E>, M> Map<E, M> each(Class<E> type, Function<E, M> meter) {
		Map<E, M> meters = new EnumMap<>(type);
		for (E value : type.getEnumConstants()) {
			meters.put(value, meter.apply(value));
		}
		return meters;
	}

	private static Counter renewals(MeterRegistry registry, Tags tags) {
		return Counter.builder("distributed.lock.renewals")
			.description("Attempts to renew a lease")
			.tags(tags)
			.register(registry);
	}

	private static void gauge(MeterRegistry registry, String name, String description, LongAdder value, Tags tags) {
		Gauge.builder(name, value, LongAdder::doubleValue).description(description).tags(tags).register(registry);
	}

	private static String lowerCase(Enum<?> value) {
		return value.name().toLowerCase(Locale.ROOT);
	}

}
