package dev.distributedlock.test;

import java.time.Duration;
import java.util.Comparator;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.distributedlock.backend.Ticker;
import dev.distributedlock.backend.Timeline;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A clock that runs by itself and that a test can put forward.
 */
// Each planned task has its time by this clock and a timer in real time, which fires when
// nobody has put the clock forward. Whoever takes the task off the plan runs it: the
// timer's thread, or the one that puts the clock forward, which runs what is due on the
// way, each task at its time and in order. 'mutex' guards the plan and is never held
// while a task runs; 'advancing' lets one thread at a time put the clock forward.
final class TestTime implements Timeline, AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(TestTime.class);

	private static final long FARTHEST = Long.MAX_VALUE / 4;

	private final Ticker realTime = Ticker.system();

	private final ScheduledThreadPoolExecutor timer;

	private final ReentrantLock advancing = new ReentrantLock();

	private final ReentrantLock mutex = new ReentrantLock();

	@GuardedBy("mutex")
	private final TreeSet<Planned> plan = new TreeSet<>(
			Comparator.<Planned>comparingLong((planned) -> planned.at).thenComparingLong((planned) -> planned.number));

	@GuardedBy("mutex")
	private long number;

	private final AtomicLong ahead = new AtomicLong();

	private volatile boolean skipping;

	TestTime() {
		this.timer = new ScheduledThreadPoolExecutor(1, (task) -> {
			Thread thread = new Thread(task, "test-locks-timer");
			thread.setDaemon(true);
			return thread;
		});
		this.timer.setRemoveOnCancelPolicy(true);
	}

	@Override
	public long nanos() {
		return this.realTime.nanos() + this.ahead.get();
	}

	@Override
	public Runnable after(long delayNanos, Runnable task) {
		return plan(delayNanos, task, /* elsewhere= */ false);
	}

	/** Run a task of another instance, which does not stall with this one. */
	Runnable elsewhereAfter(Duration delay, Runnable task) {
		return plan(delay.toNanos(), task, /* elsewhere= */ true);
	}

	private Runnable plan(long delayNanos, Runnable task, boolean elsewhere) {
		long delay = Math.max(0, Math.min(delayNanos, FARTHEST));
		Planned planned;
		this.mutex.lock();
		try {
			planned = new Planned(nanos() + delay, this.number++, elsewhere, task);
			this.plan.add(planned);
		}
		finally {
			this.mutex.unlock();
		}
		try {
			planned.timer = this.timer.schedule(() -> run(planned), delay, TimeUnit.NANOSECONDS);
		}
		catch (RejectedExecutionException ex) {
			// Closed: nothing happens any more.
			take(planned);
		}
		return () -> take(planned);
	}

	private void run(Planned planned) {
		if (take(planned)) {
			try {
				planned.task.run();
			}
			catch (RuntimeException | Error ex) {
				logger.warn("A task of the locks failed", ex);
			}
		}
	}

	private boolean take(Planned planned) {
		boolean taken;
		this.mutex.lock();
		try {
			taken = this.plan.remove(planned);
		}
		finally {
			this.mutex.unlock();
		}
		if (taken) {
			planned.cancelTimer();
		}
		return taken;
	}

	/** Let time pass: all that is due on the way happens at its time. */
	void advance(Duration duration) {
		advance(nanos() + duration.toNanos(), (planned) -> true, () -> false);
	}

	/** Let time pass as for a process that stands still: what is due comes too late. */
	void stall(Duration duration) {
		advance(nanos() + duration.toNanos(), (planned) -> planned.elsewhere, () -> false);
		advance(Duration.ZERO);
	}

	private void advance(long end, Predicate<Planned> which, BooleanSupplier enough) {
		this.advancing.lock();
		try {
			while (!enough.getAsBoolean()) {
				Planned next = nextUntil(end, which);
				putForward((next != null) ? next.at : end);
				if (next == null) {
					return;
				}
				run(next);
			}
		}
		finally {
			this.advancing.unlock();
		}
	}

	private @Nullable Planned nextUntil(long end, Predicate<Planned> which) {
		this.mutex.lock();
		try {
			return this.plan.stream().filter(which).findFirst().filter((planned) -> planned.at - end <= 0).orElse(null);
		}
		finally {
			this.mutex.unlock();
		}
	}

	private void putForward(long to) {
		this.mutex.lock();
		try {
			this.ahead.addAndGet(Math.max(0, to - nanos()));
		}
		finally {
			this.mutex.unlock();
		}
	}

	/** Whether a wait is over at once, the clock having been put forward by it. */
	void skipWaits(boolean skip) {
		this.skipping = skip;
	}

	@Override
	public boolean await(CompletableFuture<?> result, long nanos) throws InterruptedException {
		if (this.skipping) {
			advance(nanos() + Math.min(nanos, FARTHEST), (planned) -> true, result::isDone);
			return result.isDone();
		}
		CompletableFuture<@Nullable Void> over = new CompletableFuture<>();
		Runnable cancellation = after(nanos, () -> over.complete(null));
		try {
			CompletableFuture.anyOf(result, over).get();
		}
		catch (ExecutionException ex) {
			logger.trace("The result of a wait is a failure, which whoever waits looks at", ex);
		}
		finally {
			cancellation.run();
		}
		return result.isDone();
	}

	@Override
	public void close() {
		this.timer.shutdownNow();
	}

	private static final class Planned {

		private final long at;

		private final long number;

		private final boolean elsewhere;

		private final Runnable task;

		private volatile @Nullable Future<?> timer;

		private Planned(long at, long number, boolean elsewhere, Runnable task) {
			this.at = at;
			this.number = number;
			this.elsewhere = elsewhere;
			this.task = task;
		}

		private void cancelTimer() {
			Future<?> current = this.timer;
			if (current != null) {
				current.cancel(/* mayInterruptIfRunning= */ false);
			}
		}

	}

}
