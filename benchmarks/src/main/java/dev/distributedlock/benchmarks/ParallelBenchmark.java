package dev.distributedlock.benchmarks;

import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many locks that nobody else wants many threads acquire and release per second.
 * Rivals take turns of half a second, in an order that is rotated.
 */
final class ParallelBenchmark {

	private static final String RIVALS = "ours,ours-default,RLock,RLock-small,RFairLock,RSpinLock,SI-spin,SI-pubsub,"
			+ "ShedLock,lock4j,Lettuce,PINGs,PINGs-small,PINGs-Lettuce";

	private static final int WARM_UP = 20;

	private static final String RATE = "per second";

	private static final String REDIS_CPU = "Redis CPU";

	private final int rounds = Settings.number("rounds", 9);

	private final Duration slice = Settings.duration("slice", "500ms");

	private final AtomicLong locks = new AtomicLong();

	private final Report report;

	ParallelBenchmark(Report report) {
		this.report = report;
	}

	void run() throws InterruptedException {
		try (RedisUnderTest redis = RedisUnderTest.open();
				RedisMeter meter = new RedisMeter(redis);
				Rivals rivals = Rivals.open(redis.url(), RIVALS)) {
			this.report.circumstances(redis.describe());
			for (int threads : Settings.numbers("threads", "16,64")) {
				run(rivals, meter, threads);
			}
			this.report.circumstances("at the end");
		}
	}

	private void run(Rivals rivals, RedisMeter meter, int threads) throws InterruptedException {
		ExecutorService executor = Executors.newFixedThreadPool(threads);
		try {
			Figures.warmUp(rivals.all(), WARM_UP, (rival) -> turn(rival, executor, threads, meter));
			Figures figures = Figures.take(rivals.all(), this.rounds, (rival) -> turn(rival, executor, threads, meter));
			this.report.title("Locks acquired and released per second, " + threads + " threads, distinct keys, "
					+ this.rounds + " rounds (smallest / **median** / largest over rounds)");
			this.report.header("rival", "client", "rate to RLock", "rate to two PINGs on the same client", "per second",
					"Redis CPU each to RLock", "Redis CPU each, µs");
			for (Rival rival : rivals.all()) {
				this.report.row(rival.name(), rival.client().toString(),
						figures.ratio(RATE, rival, rivals.find("RLock")),
						figures.ratio(RATE, rival, rivals.floor(rival)), figures.spread(RATE, rival, 0),
						figures.ratio(REDIS_CPU, rival, rivals.find("RLock")), figures.median(REDIS_CPU, rival));
			}
		}
		finally {
			executor.shutdown();
		}
	}

	private Map<String, Double> turn(Rival rival, ExecutorService executor, int threads, RedisMeter meter)
			throws InterruptedException {
		RedisMeter.Reading before = meter.read();
		long start = System.nanoTime();
		Callable<Long> work = () -> {
			long done = 0;
			while (System.nanoTime() - start < this.slice.toNanos()) {
				rival.lock().acquire("order-" + this.locks.incrementAndGet()).release();
				done++;
			}
			return done;
		};
		long done = 0;
		for (Future<Long> worker : executor.invokeAll(Collections.nCopies(threads, work))) {
			try {
				done += worker.get();
			}
			catch (ExecutionException ex) {
				throw new IllegalStateException("'" + rival + "' failed", ex.getCause());
			}
		}
		double seconds = (System.nanoTime() - start) / 1e9;
		return Map.of(RATE, done / seconds, REDIS_CPU, meter.read().since(before).cpuMicros() / done);
	}

}
