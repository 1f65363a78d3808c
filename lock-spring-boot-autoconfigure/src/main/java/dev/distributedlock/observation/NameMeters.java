package dev.distributedlock.observation;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;

import dev.distributedlock.LockListener;
import dev.distributedlock.LockLostEvent;
import io.micrometer.core.instrument.MeterRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The meters of one lock name in all bound registries.
 */
final class NameMeters {

	private static final Logger logger = LoggerFactory.getLogger(NameMeters.class);

	private final String name;

	private final String backend;

	// Gauges refer to these weakly; this object lives as long as the metrics do.
	private final LongAdder active = new LongAdder();

	private final LongAdder waiting = new LongAdder();

	// Replaced as a whole, so that recording iterates without a lock or an iterator.
	private volatile MeterSeries[] series = {};

	NameMeters(String name, String backend) {
		this.name = name;
		this.backend = backend;
	}

	/**
	 * Register the series in one more registry. Calls do not overlap.
	 * @param registry the registry
	 */
	void bindTo(MeterRegistry registry) {
		try {
			MeterSeries added = new MeterSeries(registry, this.name, this.backend, this.active, this.waiting);
			MeterSeries[] extended = Arrays.copyOf(this.series, this.series.length + 1);
			extended[extended.length - 1] = added;
			this.series = extended;
		}
		catch (RuntimeException ex) {
			// A registry or filter of the application refuses: locking must go on.
			logger.warn("The meters of lock '{}' cannot be registered: it has none", this.name, ex);
		}
	}

	LongAdder active() {
		return this.active;
	}

	LongAdder waiting() {
		return this.waiting;
	}

	void acquire(AcquireOutcome outcome, Duration waited) {
		for (MeterSeries each : this.series) {
			each.acquire(outcome, waited);
		}
	}

	void hold(LockListener.Outcome outcome, Duration held) {
		for (MeterSeries each : this.series) {
			each.hold(outcome, held);
		}
	}

	void lost(LockLostEvent.Reason reason) {
		for (MeterSeries each : this.series) {
			each.lost(reason);
		}
	}

	void renewal(boolean success) {
		for (MeterSeries each : this.series) {
			each.renewal(success);
		}
	}

}
