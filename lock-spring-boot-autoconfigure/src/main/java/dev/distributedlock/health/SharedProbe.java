package dev.distributedlock.health;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

import dev.distributedlock.backend.BackendProbe;
import dev.distributedlock.backend.Ticker;
import org.jspecify.annotations.Nullable;

/**
 * Probes the store on behalf of all callers.
 * <p>
 * There is one current attempt. Callers wait for it while it is young, and use its answer
 * while that is fresh. A caller that finds it stale replaces it with compare-and-set and
 * starts the new one, so that of many callers one asks the store. An attempt without an
 * answer stays current for {@value #ABANDON_AFTER_TIMEOUTS} timeouts: a store that hangs
 * must not collect probes, but a single lost answer must not make it look dead for ever.
 */
final class SharedProbe {

	private static final int ABANDON_AFTER_TIMEOUTS = 10;

	private final BackendProbe probe;

	private final Duration timeout;

	private final Duration timeToLive;

	private final Ticker ticker;

	private final AtomicReference<@Nullable ProbeAttempt> current = new AtomicReference<>();

	SharedProbe(BackendProbe probe, Duration timeout, Duration timeToLive, Ticker ticker) {
		this.probe = probe;
		if (timeout.isZero() || timeout.isNegative()) {
			throw new IllegalArgumentException("'timeout' must be positive but was " + timeout);
		}
		if (timeToLive.isNegative()) {
			throw new IllegalArgumentException("'timeToLive' must not be negative but was " + timeToLive);
		}
		this.timeout = timeout;
		this.timeToLive = timeToLive;
		this.ticker = Objects.requireNonNull(ticker, "'ticker' must not be null");
	}

	/**
	 * Ask the store, or use the answer to a recent or concurrent question.
	 * @return the answer; a failure if there is none in time
	 * @throws InterruptedException if the thread is interrupted where it has to wait
	 */
	ProbeAnswer ask() throws InterruptedException {
		return currentAttempt().await(this.timeout);
	}

	private ProbeAttempt currentAttempt() {
		while (true) {
			ProbeAttempt seen = this.current.get();
			if (seen != null && isUsable(seen)) {
				return seen;
			}
			ProbeAttempt next = new ProbeAttempt(this.ticker);
			if (this.current.compareAndSet(seen, next)) {
				next.start(this.probe);
				return next;
			}
		}
	}

	private boolean isUsable(ProbeAttempt attempt) {
		ProbeAnswer answer = attempt.answer();
		if (answer == null) {
			return attempt.age().compareTo(this.timeout.multipliedBy(ABANDON_AFTER_TIMEOUTS)) < 0;
		}
		// A late answer was reported as a failure already; it says that asking again is
		// worth it.
		boolean late = answer.latency().compareTo(this.timeout) > 0;
		return !late && attempt.age().minus(answer.latency()).compareTo(this.timeToLive) < 0;
	}

}
