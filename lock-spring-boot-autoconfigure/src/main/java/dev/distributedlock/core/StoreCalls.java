package dev.distributedlock.core;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

import dev.distributedlock.LockBackendException;
import dev.distributedlock.backend.Ticker;

/**
 * How the engine calls the store: whatever goes wrong is a {@link LockBackendException}.
 */
final class StoreCalls {

	private final String backend;

	private final Ticker ticker;

	private final Duration timeout;

	StoreCalls(String backend, Ticker ticker, Duration timeout) {
		this.backend = backend;
		this.ticker = ticker;
		this.timeout = timeout;
	}

	/** How long an answer is waited for. */
	Duration timeout() {
		return this.timeout;
	}

	/** Send a command; what sending it throws becomes a failed stage. */
	<T> CompletionStage<T> send(Supplier<CompletionStage<T>> command) {
		try {
			return Objects.requireNonNull(command.get(), "it returned no stage");
		}
		catch (RuntimeException | Error ex) {
			return CompletableFuture.failedStage(ex);
		}
	}

	/**
	 * Send a command and wait for its answer. An interrupt does not end the wait, because
	 * what was sent may be done already; the flag is restored.
	 */
	<T> T call(Supplier<CompletionStage<T>> command) {
		CompletableFuture<T> answer = send(command).toCompletableFuture();
		Deadline deadline = Deadline.after(this.ticker, this.timeout);
		boolean interrupted = false;
		try {
			while (true) {
				try {
					return Objects.requireNonNull(answer.get(deadline.remaining(), TimeUnit.NANOSECONDS),
							"it answered nothing");
				}
				catch (InterruptedException ex) {
					interrupted = true;
				}
			}
		}
		catch (TimeoutException ex) {
			throw new LockBackendException(
					"The store '" + this.backend + "' did not answer within " + Texts.duration(this.timeout), ex,
					/* retryable= */ true);
		}
		catch (ExecutionException | CancellationException | NullPointerException ex) {
			throw failure(ex);
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	/** What a failed stage failed with. */
	LockBackendException failure(Throwable thrown) {
		Throwable cause = thrown;
		while ((cause instanceof CompletionException || cause instanceof ExecutionException)
				&& cause.getCause() != null) {
			cause = cause.getCause();
		}
		return (cause instanceof LockBackendException known) ? known
				: new LockBackendException("The store '" + this.backend + "' failed: " + cause, cause,
						/* retryable= */ true);
	}

}
