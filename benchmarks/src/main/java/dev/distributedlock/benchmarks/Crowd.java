package dev.distributedlock.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Threads that all want one key, each once.
 */
final class Crowd {

	private static final long STACK_BYTES = 256 * 1024;

	private final Rival rival;

	private final String key;

	private final CountDownLatch asking;

	private final CountDownLatch done;

	/** Threads stay until all are done: to end one among thousands takes time. */
	private final CountDownLatch over = new CountDownLatch(1);

	private final List<Thread> threads = new ArrayList<>();

	private final Section section = Section.inMemory();

	private final AtomicLong overlaps = new AtomicLong();

	private final AtomicLong failures = new AtomicLong();

	private final AtomicReference<Throwable> failure = new AtomicReference<>();

	/**
	 * Start the threads.
	 * @param rival how they lock
	 * @param key what they want
	 * @param size how many they are
	 */
	Crowd(Rival rival, String key, int size) {
		this.rival = rival;
		this.key = key;
		this.asking = new CountDownLatch(size);
		this.done = new CountDownLatch(size);
		for (int i = 1; i <= size; i++) {
			long who = i;
			Thread thread = new Thread(null, () -> run(who), "waiter-" + i, STACK_BYTES);
			this.threads.add(thread);
			thread.start();
		}
	}

	void awaitAsking() throws InterruptedException {
		this.asking.await();
	}

	/**
	 * Wait until all have had the lock, and send those away who wait for too long.
	 * @param start when the lock was set free
	 * @param limit for how long to wait
	 * @return how it went
	 * @throws InterruptedException if interrupted
	 */
	Result await(long start, Duration limit) throws InterruptedException {
		boolean all = this.done.await(limit.toNanos(), TimeUnit.NANOSECONDS);
		long nanos = System.nanoTime() - start;
		if (!all) {
			this.threads.forEach(Thread::interrupt);
		}
		this.done.await();
		this.over.countDown();
		for (Thread thread : this.threads) {
			thread.join();
		}
		return new Result(nanos, this.failures.get(), this.overlaps.get(),
				Optional.ofNullable(this.failure.get()).map(Throwable::toString));
	}

	private void run(long who) {
		lockOnce(who);
		try {
			this.over.await();
		}
		catch (InterruptedException ex) {
			// This thread ends here, sent away after it was done.
		}
	}

	private void lockOnce(long who) {
		this.asking.countDown();
		try {
			Rival.Hold hold = this.rival.lock().acquire(this.key);
			boolean alone = this.section.enter(who);
			if (!this.section.leave(who, System.nanoTime()) || !alone) {
				this.overlaps.incrementAndGet();
			}
			hold.release();
		}
		catch (InterruptedException ex) {
			// This thread ends here, sent away.
			fail(ex);
		}
		catch (RuntimeException ex) {
			fail(ex);
		}
		finally {
			this.done.countDown();
		}
	}

	private void fail(Exception ex) {
		this.failures.incrementAndGet();
		this.failure.compareAndSet(null, ex);
	}

	/**
	 * How it went.
	 *
	 * @param nanos how long it took from when the lock was set free
	 * @param failures how many did not get it
	 * @param overlaps how many had it together with another
	 * @param failure why the first failed
	 */
	record Result(long nanos, long failures, long overlaps, Optional<String> failure) {

	}

}
