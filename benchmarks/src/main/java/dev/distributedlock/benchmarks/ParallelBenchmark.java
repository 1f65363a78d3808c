package dev.distributedlock.benchmarks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import dev.distributedlock.benchmarks.RedisRivals.Rivals;

/**
 * How many locks that nobody else wants many threads acquire and release per second.
 * Rivals take turns every {@value #SLICE_MILLIS} ms, in an order that is rotated.
 */
final class ParallelBenchmark {

	private static final int SLICE_MILLIS = 500;

	private final int rounds = Integer.getInteger("rounds", 9);

	private final int threads = Integer.getInteger("threads", 16);

	private final AtomicLong locks = new AtomicLong();

	private final Report report;

	ParallelBenchmark(Report report) {
		this.report = report;
	}

	void run() throws InterruptedException, ExecutionException {
		ExecutorService executor = Executors.newFixedThreadPool(this.threads);
		try (RedisUnderTest redis = RedisUnderTest.open(); RedisRivals rivals = new RedisRivals(redis.url())) {
			Rivals onLockClient = rivals.onLockClient();
			Rivals onDefaultClient = rivals.onDefaultClient();
			List<Rival> all = new ArrayList<>(onLockClient.all());
			all.addAll(onDefaultClient.all());
			this.report.circumstances(Report.redis(rivals.client()));
			measure(executor, all, 3);
			Rounds rates = measure(executor, all, this.rounds);
			this.report.title("Locks acquired and released per second, " + this.threads + " threads, distinct keys, "
					+ this.rounds + " rounds (smallest / **median** / largest over rounds)");
			this.report.header("rival", "ratio to RLock on the same client", "ratio to two GETs", "per second");
			onLockClient.all().forEach((rival) -> print(rival, onLockClient, rates));
			onDefaultClient.all().forEach((rival) -> print(rival, onDefaultClient, rates));
			this.report.line("");
			this.report.line("ours on the lock client to RLock on the default client: "
					+ rates.ratioSpread(onLockClient.ours(), onDefaultClient.rLock()));
			this.report.circumstances("at the end");
		}
		finally {
			executor.shutdown();
		}
	}

	private void print(Rival rival, Rivals among, Rounds rates) {
		this.report.row(rival.name(), rates.ratioSpread(rival, among.rLock()), rates.ratioSpread(rival, among.floor()),
				rates.spread(rival, 0));
	}

	private Rounds measure(ExecutorService executor, List<Rival> rivals, int rounds)
			throws InterruptedException, ExecutionException {
		Rounds rates = new Rounds(rivals, rounds);
		for (int round = 0; round < rounds; round++) {
			List<Rival> order = new ArrayList<>(rivals);
			Collections.rotate(order, round);
			for (Rival rival : order) {
				rates.set(rival, round, rate(executor, rival));
			}
		}
		return rates;
	}

	private double rate(ExecutorService executor, Rival rival) throws InterruptedException, ExecutionException {
		long start = System.nanoTime();
		Callable<Long> work = () -> {
			long done = 0;
			while (System.nanoTime() - start < TimeUnit.MILLISECONDS.toNanos(SLICE_MILLIS)) {
				rival.lock().acquire("order-" + this.locks.incrementAndGet()).release();
				done++;
			}
			return done;
		};
		long done = 0;
		for (Future<Long> worker : executor.invokeAll(Collections.nCopies(this.threads, work))) {
			done += worker.get();
		}
		return done * 1e9 / (System.nanoTime() - start);
	}

}
