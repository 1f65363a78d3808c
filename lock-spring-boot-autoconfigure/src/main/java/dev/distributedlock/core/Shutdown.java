package dev.distributedlock.core;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

import dev.distributedlock.LockLostEvent.Reason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The orderly end of a registry: grant nothing more, send the waiters away, let the
 * holders finish for a while, then take their locks away and release them.
 */
final class Shutdown {

	private static final Logger logger = LoggerFactory.getLogger(Shutdown.class);

	private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

	private final Engine engine;

	private final Duration grace;

	Shutdown(Engine engine, Duration grace) {
		this.engine = engine;
		this.grace = grace;
	}

	void run() {
		this.engine.stopGranting();
		this.engine.kept().letGoAll();
		this.engine.lines().members().forEach((member) -> member.giveUp(Refusals.closed(this.engine.instance())));
		if (!waitUntil(() -> this.engine.holds().isEmpty(), this.grace)) {
			takeAway();
		}
		// Whose release is under way stands in a line.
		waitUntil(() -> this.engine.lines().size() == 0 && this.engine.orphans().size() == 0,
				this.engine.calls().timeout());
		this.engine.queue().close();
		this.engine.scheduler().close();
		this.engine.listeners().close();
	}

	private void takeAway() {
		List<Hold> holds = List.copyOf(this.engine.holds());
		logger.warn("{} locks are still held {} after the shutdown began; they are released now", holds.size(),
				Texts.duration(this.grace));
		for (Hold hold : holds) {
			this.engine.lost(hold, Reason.SHUTDOWN);
		}
		CompletableFuture<?>[] releases = holds.stream()
			.filter((hold) -> hold.keptFor() <= 0)
			.map((hold) -> this.engine.calls().send(() -> this.engine.backend().release(hold.key(), hold.owner())))
			.map(CompletionStage::toCompletableFuture)
			.toArray(CompletableFuture[]::new);
		try {
			CompletableFuture.allOf(releases).get(this.engine.calls().timeout().toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (ExecutionException | TimeoutException ex) {
			logger.warn("Not all locks could be released; they end with their leases", ex);
		}
	}

	/**
	 * Wait for a condition that other threads bring about; an interrupt ends the wait.
	 */
	private boolean waitUntil(BooleanSupplier condition, Duration atMost) {
		Deadline deadline = Deadline.after(this.engine.ticker(), atMost);
		CompletableFuture<Boolean> met = new CompletableFuture<>();
		look(condition, met, deadline);
		try {
			return met.get();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return condition.getAsBoolean();
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException(ex.getCause());
		}
	}

	private void look(BooleanSupplier condition, CompletableFuture<Boolean> met, Deadline deadline) {
		if (condition.getAsBoolean()) {
			met.complete(true);
		}
		else if (deadline.remaining() == 0) {
			met.complete(false);
		}
		else {
			this.engine.scheduler().after(LOOK_AGAIN.toNanos(), () -> look(condition, met, deadline));
		}
	}

}
