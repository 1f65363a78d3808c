package dev.distributedlock.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

/**
 * Threads of one JVM that all want the same key, again and again.
 */
final class Contention implements AutoCloseable {

	/** Numbers of threads are unique over JVMs. */
	private static final long PER_JVM = 1_000_000;

	private final ExecutorService executor;

	private final int threads;

	private final int jvm;

	private final Section section;

	private final long sectionNanos;

	/**
	 * Create the threads.
	 * @param threads how many
	 * @param jvm the number of this JVM, from 1
	 * @param section what they compete for
	 * @param length how long they stay in it
	 */
	Contention(int threads, int jvm, Section section, Duration length) {
		this.executor = Executors.newFixedThreadPool(threads);
		this.threads = threads;
		this.jvm = jvm;
		this.section = section;
		this.sectionNanos = length.toNanos();
	}

	/**
	 * Compete for a while. Who waits at the end still gets the lock, and this is not
	 * counted as served; its wait is counted, so that starving shows.
	 * @param rival how to lock
	 * @param key what to lock
	 * @param start when to start, on the monotonic clock
	 * @param end when to stop
	 * @return what the threads saw
	 * @throws InterruptedException if interrupted
	 */
	Tally run(Rival rival, String key, long start, long end) throws InterruptedException {
		List<Callable<Tally>> work = new ArrayList<>();
		for (int thread = 1; thread <= this.threads; thread++) {
			long who = this.jvm * PER_JVM + thread;
			work.add(() -> new Worker(who).run(rival.lock(), key, start, end));
		}
		List<Tally> tallies = new ArrayList<>();
		for (Future<Tally> worker : this.executor.invokeAll(work)) {
			try {
				tallies.add(worker.get());
			}
			catch (ExecutionException ex) {
				throw new IllegalStateException("'" + rival + "' failed", ex.getCause());
			}
		}
		return Tally.merge(tallies);
	}

	private static void sleepUntil(long time) {
		for (long left = time - System.nanoTime(); left > 0; left = time - System.nanoTime()) {
			LockSupport.parkNanos(left);
		}
	}

	@Override
	public void close() {
		this.executor.shutdownNow();
	}

	private final class Worker {

		private final long who;

		private final Samples waits = new Samples();

		private final Samples handOvers = new Samples();

		private final Samples handOversToOtherJvm = new Samples();

		private long entered;

		private long served;

		private long finished;

		private long insideNanos;

		private long overlaps;

		Worker(long who) {
			this.who = who;
		}

		Tally run(Rival.Lock lock, String key, long start, long end) throws InterruptedException {
			sleepUntil(start);
			for (long asked = System.nanoTime(); asked < end; asked = System.nanoTime()) {
				Rival.Hold hold = lock.acquire(key);
				long left;
				try {
					left = stay(asked);
				}
				finally {
					hold.release();
				}
				this.finished++;
				if (left < end) {
					this.served++;
					this.insideNanos += left - this.entered;
				}
			}
			return new Tally(new long[] { this.served }, this.waits.toArray(), this.handOvers.toArray(),
					this.handOversToOtherJvm.toArray(), this.finished, this.insideNanos, this.overlaps);
		}

		private long stay(long asked) {
			Section section = Contention.this.section;
			boolean alone = section.enter(this.who);
			long entered = System.nanoTime();
			this.entered = entered;
			this.waits.add(entered - asked);
			long leftBy = section.leftBy();
			long leftAt = section.leftAt();
			// A hand-over is from another thread, to one that was waiting by then.
			if (leftBy != 0 && leftBy != this.who && leftAt - asked > 0) {
				boolean sameJvm = leftBy / PER_JVM == this.who / PER_JVM;
				(sameJvm ? this.handOvers : this.handOversToOtherJvm).add(entered - leftAt);
			}
			if (Contention.this.sectionNanos > 0) {
				sleepUntil(entered + Contention.this.sectionNanos);
			}
			long left = System.nanoTime();
			if (!section.leave(this.who, left) || !alone) {
				this.overlaps++;
			}
			return left;
		}

	}

}
