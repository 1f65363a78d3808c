package dev.distributedlock.core;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;

import dev.distributedlock.LockMonitor.Held;
import dev.distributedlock.LockMonitor.State;
import dev.distributedlock.LockMonitor.Waiting;
import org.jspecify.annotations.Nullable;

/**
 * What operators are told of an engine.
 */
final class EngineSnapshot {

	private EngineSnapshot() {
	}

	static List<Held> held(Engine engine) {
		return engine.holds()
			.stream()
			.map(EngineSnapshot::describe)
			.sorted(Comparator.comparing(Held::heldFor).reversed())
			.toList();
	}

	private static Held describe(Hold hold) {
		Duration remaining = Duration.ofNanos(Math.max(0, hold.remaining()));
		return new Held(hold.request().name(), hold.key(), hold.token(), state(hold, remaining), name(hold.thread()),
				hold.heldFor(), remaining);
	}

	private static State state(Hold hold, Duration remaining) {
		if (hold.loss() != null || remaining.isZero()) {
			return State.LOST;
		}
		return hold.suspect() ? State.SUSPECT : State.HELD;
	}

	static List<Waiting> waiting(Engine engine) {
		return engine.lines()
			.members()
			.stream()
			.filter(Acquisition::isWaiting)
			.map((waiter) -> new Waiting(waiter.request().name(), waiter.key(), name(waiter.thread()), waiter.waited()))
			.sorted(Comparator.comparing(Waiting::waitingFor).reversed())
			.toList();
	}

	private static String name(@Nullable Thread thread) {
		return (thread != null) ? thread.getName() : "";
	}

}
