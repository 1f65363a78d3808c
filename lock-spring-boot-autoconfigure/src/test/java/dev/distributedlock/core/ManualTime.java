package dev.distributedlock.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

import dev.distributedlock.backend.Ticker;

/**
 * A clock and a scheduler that move only when a test says so. Tasks run on the thread
 * that advances the time.
 */
final class ManualTime implements Ticker, Scheduler {

	private final List<Planned> planned = new ArrayList<>();

	private long now = 42_000_000_000L;

	private long order;

	@Override
	public synchronized long nanos() {
		return this.now;
	}

	@Override
	public synchronized Task after(long delayNanos, Runnable task) {
		Planned entry = new Planned(this.now + Math.max(0, Math.min(delayNanos, Long.MAX_VALUE / 4)), this.order++,
				task);
		this.planned.add(entry);
		return () -> cancel(entry);
	}

	private synchronized void cancel(Planned entry) {
		this.planned.remove(entry);
	}

	/** Let time pass; due tasks run at their time, in order. */
	void advance(Duration duration) {
		long end = nanos() + duration.toNanos();
		for (Planned next = takeDue(end); next != null; next = takeDue(end)) {
			next.task.run();
		}
		synchronized (this) {
			this.now = end;
		}
	}

	/** Let time pass as in a process that is stopped: tasks run only afterwards. */
	void stall(Duration duration) {
		synchronized (this) {
			this.now += duration.toNanos();
		}
		advance(Duration.ZERO);
	}

	private synchronized @org.jspecify.annotations.Nullable Planned takeDue(long end) {
		Planned next = this.planned.stream()
			.min(Comparator.comparingLong(Planned::at).thenComparingLong(Planned::order))
			.orElse(null);
		if (next == null || next.at - end > 0) {
			return null;
		}
		this.planned.remove(next);
		this.now = Math.max(this.now, next.at);
		return next;
	}

	synchronized int plannedTasks() {
		return this.planned.size();
	}

	@Override
	public synchronized void close() {
		this.planned.clear();
	}

	private record Planned(long at, long order, Runnable task) {
	}

}
