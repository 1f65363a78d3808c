package dev.distributedlock.health;

import java.time.Duration;
import java.util.Objects;

import dev.distributedlock.LockMonitor;
import dev.distributedlock.backend.BackendProbe;
import dev.distributedlock.backend.LockBackend;
import dev.distributedlock.backend.Ticker;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/**
 * Health of the store that holds the locks.
 * <p>
 * {@code UP} if the store answers a probe in time, {@code DOWN} if it fails or does not,
 * {@code UNKNOWN} if it cannot be probed or the asking thread was interrupted (its flag
 * stays set). Contention, waiting and lost locks are no matter of health.
 * <p>
 * Concurrent calls share one probe, a call never waits longer than the timeout, and an
 * answer is used again for a while, so that frequent calls do not load the store. While a
 * probe hangs no other one is started before ten timeouts have passed.
 */
public final class LockHealthIndicator implements HealthIndicator {

	private final String backend;

	private final LockMonitor monitor;

	private final @Nullable SharedProbe probe;

	/**
	 * Create an indicator.
	 * @param backend the store; probed if it is a {@link BackendProbe}
	 * @param monitor tells how many locks are held and waited for
	 * @param timeout how long a call waits for the store
	 * @param timeToLive how long an answer is used again; zero for not at all
	 * @param ticker the clock
	 */
	public LockHealthIndicator(LockBackend backend, LockMonitor monitor, Duration timeout, Duration timeToLive,
			Ticker ticker) {
		this.backend = backend.name();
		this.monitor = Objects.requireNonNull(monitor, "'monitor' must not be null");
		this.probe = (backend instanceof BackendProbe prober) ? new SharedProbe(prober, timeout, timeToLive, ticker)
				: null;
	}

	@Override
	public Health health() {
		if (this.probe == null) {
			return describe(Health.unknown());
		}
		try {
			return toHealth(this.probe.ask());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return describe(Health.unknown().withDetail("error", "Interrupted while waiting for the store"));
		}
	}

	private Health toHealth(ProbeAnswer answer) {
		Health.Builder health = Health.status((answer.failure() == null) ? Status.UP : Status.DOWN)
			.withDetails(answer.details())
			.withDetail("latency", answer.latency().toString());
		if (answer.failure() != null) {
			health.withDetail("error", answer.failure());
		}
		return describe(health);
	}

	private Health describe(Health.Builder health) {
		return health.withDetail("backend", this.backend)
			.withDetail("held", this.monitor.held().size())
			.withDetail("waiting", this.monitor.waiting().size())
			.build();
	}

}
