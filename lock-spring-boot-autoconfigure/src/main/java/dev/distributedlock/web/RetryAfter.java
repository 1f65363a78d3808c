package dev.distributedlock.web;

import java.time.Duration;
import java.util.Optional;

import dev.distributedlock.LockHolder;
import dev.distributedlock.LockTimeoutException;

/**
 * When it is worth asking for a busy lock again. That is no forecast, since nobody knows
 * when a holder is done. It is what is known: this call has waited for so long in vain,
 * so the next one is given the same time to pass; but when the lease of the holder ends
 * before that, it has let go, or has crashed, or has renewed.
 */
final class RetryAfter {

	private static final Duration SHORTEST = Duration.ofSeconds(1);

	private RetryAfter() {
	}

	/**
	 * Return the time in whole seconds.
	 * @return the seconds, one at least; empty if nothing is known
	 */
	static Optional<Long> seconds(LockTimeoutException busy) {
		return busy.waitTime().map((waited) -> {
			Duration remaining = busy.holder().map(LockHolder::remaining).orElse(waited);
			Duration shorter = (remaining.compareTo(waited) < 0) ? remaining : waited;
			return roundUp((shorter.compareTo(SHORTEST) < 0) ? SHORTEST : shorter);
		});
	}

	private static long roundUp(Duration time) {
		return time.toSeconds() + ((time.toNanosPart() > 0) ? 1 : 0);
	}

}
