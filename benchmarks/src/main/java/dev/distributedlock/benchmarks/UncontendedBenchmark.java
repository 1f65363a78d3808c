package dev.distributedlock.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

import dev.distributedlock.benchmarks.RedisRivals.Rivals;

/**
 * How long one thread takes to acquire and release a lock that nobody else wants, each
 * time another one. Rivals take turns every {@value #SLICE} pairs, in an order that is
 * rotated.
 */
final class UncontendedBenchmark {

	private static final int SLICE = 40;

	private static final double[] SHARES = { 0.1, 0.5, 0.9, 0.99 };

	private static final int P50 = 1;

	private final int rounds = Integer.getInteger("rounds", 9);

	private final int pairs = Integer.getInteger("pairs", 4000);

	private final Report report;

	private long locks;

	UncontendedBenchmark(Report report) {
		this.report = report;
	}

	void run() {
		try (RedisUnderTest redis = RedisUnderTest.open(); RedisRivals rivals = new RedisRivals(redis.url())) {
			Rivals onLockClient = rivals.onLockClient();
			Rivals onDefaultClient = rivals.onDefaultClient();
			List<Rival> all = new ArrayList<>(onLockClient.all());
			all.addAll(onDefaultClient.all());
			this.report.circumstances(Report.redis(rivals.client()));
			// Two rounds go to the JIT compiler and to connections.
			measure(all, 2);
			List<Rounds> figures = measure(all, this.rounds);
			this.report.title("Uncontended acquire + release, 1 thread, " + this.rounds + " rounds of " + this.pairs
					+ " pairs each (smallest / **median** / largest over rounds)");
			this.report.header("rival", "ratio to RLock on the same client", "ratio to two GETs", "p50 µs",
					"p10 µs median", "p90 µs median", "p99 µs median");
			onLockClient.all().forEach((rival) -> print(rival, onLockClient, figures));
			onDefaultClient.all().forEach((rival) -> print(rival, onDefaultClient, figures));
			this.report.line("");
			this.report.line("ours on the lock client to RLock on the default client: "
					+ figures.get(P50).ratioSpread(onLockClient.ours(), onDefaultClient.rLock()));
			count(onLockClient, new CommandCount(rivals.client()));
			this.report.circumstances("at the end");
		}
	}

	private void print(Rival rival, Rivals among, List<Rounds> figures) {
		Rounds p50 = figures.get(P50);
		this.report.row(rival.name(), p50.ratioSpread(rival, among.rLock()), p50.ratioSpread(rival, among.floor()),
				p50.spread(rival, 1), micros(figures.get(0).median(rival)), micros(figures.get(2).median(rival)),
				micros(figures.get(3).median(rival)));
	}

	private void count(Rivals rivals, CommandCount count) {
		this.report.title("Commands that Redis executes for one acquire + release, those inside of scripts included");
		this.report.header("rival", "commands");
		rivals.all().forEach((rival) -> this.report.row(rival.name(), count.describe(rival)));
		this.report.line("");
	}

	/** One table of rounds for each of the percentiles, in microseconds. */
	private List<Rounds> measure(List<Rival> rivals, int rounds) {
		List<Rounds> figures = Arrays.stream(SHARES).mapToObj((share) -> new Rounds(rivals, rounds)).toList();
		for (int round = 0; round < rounds; round++) {
			long[][] nanos = round(rivals, round);
			for (int rival = 0; rival < nanos.length; rival++) {
				Arrays.sort(nanos[rival]);
				for (int share = 0; share < SHARES.length; share++) {
					double value = Statistics.percentile(nanos[rival], SHARES[share]) / 1000.0;
					figures.get(share).set(rivals.get(rival), round, value);
				}
			}
		}
		return figures;
	}

	private long[][] round(List<Rival> rivals, int round) {
		long[][] nanos = new long[rivals.size()][this.pairs];
		for (int from = 0, turn = round; from < this.pairs; from += SLICE, turn++) {
			for (int place = 0; place < rivals.size(); place++) {
				int rival = (turn + place) % rivals.size();
				slice(rivals.get(rival), nanos[rival], from);
			}
		}
		return nanos;
	}

	private void slice(Rival rival, long[] nanos, int from) {
		for (int i = from; i < Math.min(from + SLICE, nanos.length); i++) {
			String key = "order-" + this.locks++;
			long start = System.nanoTime();
			rival.lock().acquire(key).release();
			nanos[i] = System.nanoTime() - start;
		}
	}

	private static String micros(double value) {
		return String.format(Locale.ROOT, "%.1f", value);
	}

}
