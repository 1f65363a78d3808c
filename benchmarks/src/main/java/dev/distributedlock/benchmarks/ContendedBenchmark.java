package dev.distributedlock.benchmarks;

import java.time.Duration;
import java.util.Map;

import dev.distributedlock.benchmarks.CommandMonitor.Count;

/**
 * Threads of one JVM that all want one key. Rivals take turns of a second, in an order
 * that is rotated.
 */
final class ContendedBenchmark {

	private static final String RIVALS = "ours,ours-default,RLock,RFairLock,RSpinLock,SI-spin,SI-pubsub,ShedLock,"
			+ "lock4j,Lettuce,none";

	private static final int WARM_UP = 20;

	private final int rounds = Settings.number("rounds", 7);

	private final Duration slice = Settings.duration("slice", "1s");

	private final Duration length = Settings.duration("section", "0");

	private final Report report;

	ContendedBenchmark(Report report) {
		this.report = report;
	}

	void run() throws InterruptedException {
		boolean exclusive = true;
		try (RedisUnderTest redis = RedisUnderTest.open();
				RedisMeter meter = new RedisMeter(redis);
				Rivals rivals = Rivals.open(redis.url(), RIVALS)) {
			this.report.circumstances(redis.describe());
			for (int threads : Settings.numbers("threads", "16,64")) {
				try (Contention contention = new Contention(threads, 1, Section.inMemory(), this.length)) {
					ContentionTable table = new ContentionTable(rivals, this.length);
					exclusive &= run(rivals, table, threads, (rival) -> turn(rival, contention, redis, meter, false),
							(rival) -> turn(rival, contention, redis, meter, true));
				}
			}
			this.report.circumstances("at the end");
		}
		ContentionTable.exitUnless(exclusive);
	}

	private boolean run(Rivals rivals, ContentionTable table, int threads, Figures.Turn turn, Figures.Turn counted)
			throws InterruptedException {
		Figures.warmUp(rivals.all(), WARM_UP, turn);
		Figures counts = Figures.take(rivals.all(), 1, counted);
		Figures figures = Figures.take(rivals.all(), this.rounds, turn);
		this.report.title("One key, 1 JVM with " + threads + " threads, section " + this.length.toNanos() / 1000
				+ " µs, " + this.rounds + " rounds (smallest / **median** / largest over rounds)");
		return table.print(this.report, figures, counts);
	}

	private Map<String, Double> turn(Rival rival, Contention contention, RedisUnderTest redis, RedisMeter meter,
			boolean count) throws InterruptedException {
		RedisMeter.Reading before = meter.read();
		if (count) {
			try (CommandMonitor monitor = new CommandMonitor(redis)) {
				Tally tally = compete(rival, contention);
				Count commands = monitor.stop();
				return ContentionTable.counts(tally, commands);
			}
		}
		Tally tally = compete(rival, contention);
		return ContentionTable.figures(tally, this.slice, meter.read().since(before));
	}

	private Tally compete(Rival rival, Contention contention) throws InterruptedException {
		long start = System.nanoTime();
		return contention.run(rival, "order", start, start + this.slice.toNanos());
	}

}
