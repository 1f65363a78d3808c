package dev.distributedlock.health;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import dev.distributedlock.backend.BackendProbe;
import dev.distributedlock.backend.Ticker;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One question to the store.
 */
final class ProbeAttempt {

	private static final Logger logger = LoggerFactory.getLogger(ProbeAttempt.class);

	private final Ticker ticker;

	private final long startedAt;

	private final CompletableFuture<ProbeAnswer> answer = new CompletableFuture<>();

	ProbeAttempt(Ticker ticker) {
		this.ticker = ticker;
		this.startedAt = ticker.nanos();
	}

	void start(BackendProbe probe) {
		try {
			probe.probe().whenComplete((details, failure) -> finish(details, failure));
		}
		catch (RuntimeException ex) {
			finish(null, ex);
		}
	}

	/**
	 * Wait for the answer until the attempt is as old as the timeout, so that callers who
	 * come late wait less.
	 * @param timeout the greatest age
	 * @return the answer, or a failure that says that there was none
	 * @throws InterruptedException if the thread is interrupted where it has to wait
	 */
	ProbeAnswer await(Duration timeout) throws InterruptedException {
		try {
			long left = Math.max(timeout.minus(age()).toNanos(), 0);
			return this.answer.get(left, TimeUnit.NANOSECONDS);
		}
		catch (TimeoutException ex) {
			return ProbeAnswer.down(age(), "No answer within " + timeout);
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException("An answer never completes exceptionally", ex);
		}
	}

	Duration age() {
		return Duration.ofNanos(this.ticker.nanos() - this.startedAt);
	}

	@Nullable ProbeAnswer answer() {
		return this.answer.getNow(null);
	}

	private void finish(@Nullable Map<String, Object> details, @Nullable Throwable failure) {
		if (failure != null) {
			Throwable cause = (failure instanceof CompletionException && failure.getCause() != null)
					? failure.getCause() : failure;
			logger.debug("Probe of the lock store failed", cause);
			this.answer.complete(ProbeAnswer.down(age(), FailureText.of(cause)));
		}
		else {
			this.answer.complete(ProbeAnswer.up(age(), Objects.requireNonNullElse(details, Map.of())));
		}
	}

}
