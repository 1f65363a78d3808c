package dev.distributedlock.core;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import dev.distributedlock.backend.Ticker;

/**
 * When to look at what next: at most one time for each subject, and one timer for all.
 *
 * @param <T> the type of the subjects
 */
// The timer is set to the earliest time, and moved only when an earlier one comes. It is
// not cancelled when that time is taken off: a lock that is held for a moment, as most
// are, costs no wake-up of the timer's thread. For the same reason it is never set far
// ahead, so that a timer which has lost its purpose is soon gone.
//
// The map decides which entry of a subject counts; the set has them in order. Both change
// within compute(), one thread at a time for each subject.
final class Agenda<T> {

	private static final long FARTHEST = TimeUnit.SECONDS.toNanos(4);

	private static final long MOST_AHEAD = TimeUnit.SECONDS.toNanos(2);

	private final Ticker ticker;

	private final Scheduler scheduler;

	private final Consumer<List<T>> action;

	private final long origin;

	private final AtomicLong numbers = new AtomicLong();

	private final ConcurrentHashMap<T, Entry<T>> entries = new ConcurrentHashMap<>();

	private final ConcurrentSkipListSet<Entry<T>> order = new ConcurrentSkipListSet<>();

	private final AtomicReference<Alarm> alarm = new AtomicReference<>(Alarm.NONE);

	/**
	 * Create an agenda.
	 * @param action is given the subjects whose time has come; runs on the timer's thread
	 */
	Agenda(Ticker ticker, Scheduler scheduler, Consumer<List<T>> action) {
		this.ticker = ticker;
		this.scheduler = scheduler;
		this.action = action;
		this.origin = ticker.nanos();
	}

	/**
	 * Look at a subject later, instead of when it was to be looked at so far.
	 * @param delay in how many nanoseconds
	 * @param ahead how many nanoseconds earlier it may be done if others are looked at
	 * then
	 * @param condition checked together with the change; if {@code false} the subject is
	 * taken off
	 */
	void put(T subject, long delay, long ahead, BooleanSupplier condition) {
		long now = now();
		long at = now + Math.max(0, Math.min(delay, Long.MAX_VALUE / 2 - now));
		Entry<T> added = this.entries.compute(subject, (same, old) -> {
			if (old != null) {
				this.order.remove(old);
			}
			if (!condition.getAsBoolean()) {
				return null;
			}
			Entry<T> entry = new Entry<>(subject, at, Math.min(ahead, MOST_AHEAD), this.numbers.incrementAndGet());
			this.order.add(entry);
			return entry;
		});
		if (added != null) {
			wakeBy(at, now);
		}
	}

	/** Take a subject off. */
	void remove(T subject) {
		this.entries.computeIfPresent(subject, (same, old) -> {
			this.order.remove(old);
			return null;
		});
	}

	int size() {
		return this.entries.size();
	}

	private long now() {
		return this.ticker.nanos() - this.origin;
	}

	private void wakeBy(long at, long now) {
		long due = Math.min(at, now + FARTHEST);
		Alarm current = Objects.requireNonNull(this.alarm.get());
		while (current == Alarm.NONE || due < current.at) {
			Alarm mine = new Alarm(due);
			if (this.alarm.compareAndSet(current, mine)) {
				current.task.cancel();
				try {
					mine.task = this.scheduler.after(due - now, () -> ring(mine));
				}
				catch (RuntimeException | Error ex) {
					// Nothing would ring, and all that comes later would rely on it.
					this.alarm.compareAndSet(mine, Alarm.NONE);
					throw ex;
				}
				return;
			}
			current = Objects.requireNonNull(this.alarm.get());
		}
	}

	private void ring(Alarm mine) {
		// an earlier one has taken its place
		if (!this.alarm.compareAndSet(mine, Alarm.NONE)) {
			return;
		}
		try {
			List<T> due = takeDue(now());
			if (!due.isEmpty()) {
				this.action.accept(due);
			}
		}
		finally {
			Iterator<Entry<T>> left = this.order.iterator();
			if (left.hasNext()) {
				wakeBy(left.next().at, now());
			}
		}
	}

	private List<T> takeDue(long now) {
		List<T> due = new ArrayList<>();
		for (Entry<T> entry : this.order) {
			long early = entry.at - now;
			if (early > MOST_AHEAD || (early > 0 && due.isEmpty())) {
				break;
			}
			if (early <= entry.ahead && this.order.remove(entry)) {
				due.add(entry.subject);
			}
		}
		return due;
	}

	private record Entry<T>(T subject, long at, long ahead, long number) implements Comparable<Entry<T>> {

		@Override
		public int compareTo(Entry<T> other) {
			int byTime = Long.compare(this.at, other.at);
			return (byTime != 0) ? byTime : Long.compare(this.number, other.number);
		}

	}

	private static final class Alarm {

		private static final Alarm NONE = new Alarm(Long.MAX_VALUE);

		private final long at;

		private volatile Scheduler.Task task = Scheduler.Task.NONE;

		private Alarm(long at) {
			this.at = at;
		}

	}

}
