package dev.distributedlock.benchmarks;

import java.util.Arrays;
import java.util.List;

import dev.distributedlock.benchmarks.CommandMonitor.Count;

/**
 * How long one thread takes to acquire and release a lock that nobody else wants, each
 * time another one. Rivals take turns every {@value #SLICE} pairs, in an order that is
 * rotated.
 */
final class UncontendedBenchmark {

	private static final String RIVALS = "ours,ours-default,RLock,RLock-small,RLock-lease,RFairLock,RSpinLock,"
			+ "SI-spin,SI-pubsub,ShedLock,lock4j,Lettuce,PINGs,PINGs-small,PINGs-Lettuce";

	private static final int SLICE = 40;

	private static final int COUNTED = 500;

	private static final double[] SHARES = { 0.1, 0.5, 0.9, 0.99 };

	private static final int WARM_UP = 2;

	private final int rounds = Settings.number("rounds", 9);

	private final int pairs = Settings.number("pairs", 4000);

	private final int keys = Settings.number("keys", Integer.MAX_VALUE);

	private final Report report;

	private long locks;

	UncontendedBenchmark(Report report) {
		this.report = report;
	}

	void run() throws InterruptedException {
		try (RedisUnderTest redis = RedisUnderTest.open(); Rivals rivals = Rivals.open(redis.url(), RIVALS)) {
			this.report.circumstances(redis.describe());
			measure(rivals.all(), Settings.number("warmup", WARM_UP));
			Figures figures = measure(rivals.all(), this.rounds);
			this.report.title("Uncontended acquire + release, 1 thread, " + this.rounds + " rounds of " + this.pairs
					+ " pairs each (smallest / **median** / largest over rounds)");
			this.report.header("rival", "client", "p50 to RLock", "p50 to two PINGs on the same client", "p50 µs",
					"p10 µs", "p90 µs", "p99 µs", "commands sent", "executed, with those in scripts");
			for (Rival rival : rivals.all()) {
				Count count = count(redis, rival);
				this.report.row(rival.name(), rival.client().toString(),
						figures.ratio("p50", rival, rivals.find("RLock")),
						figures.ratio("p50", rival, rivals.floor(rival)), figures.spread("p50", rival, 1),
						figures.median("p10", rival), figures.median("p90", rival), figures.median("p99", rival),
						count.names(COUNTED), Report.number(count.executedPer(COUNTED)));
			}
			this.report.circumstances("at the end");
		}
	}

	private Count count(RedisUnderTest redis, Rival rival) throws InterruptedException {
		try (CommandMonitor monitor = new CommandMonitor(redis)) {
			slice(rival, new long[COUNTED], 0, COUNTED);
			return monitor.stop();
		}
	}

	private Figures measure(List<Rival> rivals, int rounds) throws InterruptedException {
		Figures figures = new Figures(rivals, rounds);
		for (int round = 0; round < rounds; round++) {
			long[][] nanos = round(rivals, round);
			for (int rival = 0; rival < nanos.length; rival++) {
				Arrays.sort(nanos[rival]);
				for (double share : SHARES) {
					figures.set("p" + Math.round(100 * share), rivals.get(rival), round,
							Statistics.percentile(nanos[rival], share) / 1000.0);
				}
			}
		}
		return figures;
	}

	private long[][] round(List<Rival> rivals, int round) throws InterruptedException {
		long[][] nanos = new long[rivals.size()][this.pairs];
		for (int from = 0, turn = round; from < this.pairs; from += SLICE, turn++) {
			for (int place = 0; place < rivals.size(); place++) {
				int rival = (turn + place) % rivals.size();
				slice(rivals.get(rival), nanos[rival], from, Math.min(from + SLICE, this.pairs));
			}
		}
		return nanos;
	}

	private void slice(Rival rival, long[] nanos, int from, int to) throws InterruptedException {
		for (int i = from; i < to; i++) {
			String key = "order-" + this.locks++ % this.keys;
			long start = System.nanoTime();
			rival.lock().acquire(key).release();
			nanos[i] = System.nanoTime() - start;
		}
	}

}
