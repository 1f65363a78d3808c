package dev.distributedlock.benchmarks;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * How long it takes until everybody who waits for one key has had it, and who never gets
 * it. Rivals take turns, in an order that is rotated.
 */
final class DrainBenchmark {

	private static final String RIVALS = "ours,ours-default,RLock,RFairLock,RSpinLock,SI-spin,SI-pubsub,lock4j";

	/** The rate of commands at which all waiters count as settled, per waiter. */
	private static final double SETTLED = 0.01;

	private static final long SETTLE_MILLIS = 250;

	private static final int SETTLE_STEPS = 40;

	private static final String TIME = "time";

	private static final String FAILURES = "failures";

	private static final String REDIS_CPU = "Redis CPU";

	private static final String OVERLAPS = "overlaps";

	private final int rounds = Settings.number("rounds", 3);

	private final Duration limit = Settings.duration("limit", "60s");

	private final Report report;

	private int drains;

	DrainBenchmark(Report report) {
		this.report = report;
	}

	void run() throws InterruptedException {
		boolean exclusive = true;
		try (RedisUnderTest redis = RedisUnderTest.open();
				RedisMeter meter = new RedisMeter(redis);
				Rivals rivals = Rivals.open(redis.url(), RIVALS)) {
			this.report.circumstances(redis.describe());
			for (int waiters : Settings.numbers("waiters", "1000,10000")) {
				exclusive &= run(rivals, waiters, redis, meter);
			}
			this.report.circumstances("at the end");
		}
		ContentionTable.exitUnless(exclusive);
	}

	private boolean run(Rivals rivals, int waiters, RedisUnderTest redis, RedisMeter meter)
			throws InterruptedException {
		Figures.warmUp(rivals.all(), 1, (rival) -> timed(rival, waiters, meter));
		Figures counts = Figures.take(rivals.all(), 1, (rival) -> counted(rival, waiters, redis, meter));
		Figures figures = Figures.take(rivals.all(), this.rounds, (rival) -> timed(rival, waiters, meter));
		this.report.title(waiters + " threads that wait for one key get it, " + this.rounds + " rounds, given up after "
				+ this.limit.toSeconds() + " s (smallest / **median** / largest over rounds)");
		this.report.header("rival", "client", "time to RLock", "time ms", "failures",
				"commands sent while they come to wait", "and until all are done", "executed until then",
				"Redis CPU ms", "exclusion");
		boolean exclusive = true;
		for (Rival rival : rivals.all()) {
			double overlaps = figures.of(OVERLAPS).sum(rival);
			exclusive &= overlaps == 0;
			this.report.row(rival.name(), rival.client().toString(), figures.ratio(TIME, rival, rivals.find("RLock")),
					figures.spread(TIME, rival, 0), figures.median(FAILURES, rival),
					counts.median("sent waiting", rival), counts.median("sent draining", rival),
					counts.median("executed draining", rival), figures.median(REDIS_CPU, rival),
					(overlaps > 0) ? "**broken**" : "kept");
		}
		return exclusive;
	}

	private Map<String, Double> timed(Rival rival, int waiters, RedisMeter meter) throws InterruptedException {
		Queue queue = enqueue(rival, waiters, meter);
		RedisMeter.Reading before = meter.read();
		Crowd.Result result = queue.drain(this.limit);
		return Map.of(TIME, result.nanos() / 1e6, FAILURES, (double) result.failures(), OVERLAPS,
				(double) result.overlaps(), REDIS_CPU, meter.read().since(before).cpuMicros() / 1000);
	}

	private Map<String, Double> counted(Rival rival, int waiters, RedisUnderTest redis, RedisMeter meter)
			throws InterruptedException {
		CommandMonitor.Count waiting;
		Queue queue;
		try (CommandMonitor monitor = new CommandMonitor(redis)) {
			queue = enqueue(rival, waiters, meter);
			waiting = monitor.stop();
		}
		try (CommandMonitor monitor = new CommandMonitor(redis)) {
			Crowd.Result result = queue.drain(this.limit);
			CommandMonitor.Count draining = monitor.stop();
			result.failure()
				.ifPresent((failure) -> this.report.line(String.format(Locale.ROOT,
						"%s, %d waiters: %d fail, such as: %s", rival, waiters, result.failures(), failure)));
			return Map.of("sent waiting", waiting.sentPer(1), "sent draining", draining.sentPer(1), "executed draining",
					draining.executedPer(1));
		}
	}

	/** Hold the key, and let everybody come and wait for it. */
	private Queue enqueue(Rival rival, int waiters, RedisMeter meter) throws InterruptedException {
		String key = "drain-" + this.drains++;
		Rival.Hold hold = rival.lock().acquire(key);
		Crowd crowd = new Crowd(rival, key, waiters);
		crowd.awaitAsking();
		RedisMeter.Reading last = meter.read();
		// Some never fall silent.
		for (int step = 0; step < SETTLE_STEPS; step++) {
			TimeUnit.MILLISECONDS.sleep(SETTLE_MILLIS);
			RedisMeter.Reading now = meter.read();
			if (now.since(last).commands() <= Math.max(10, SETTLED * waiters)) {
				break;
			}
			last = now;
		}
		return new Queue(hold, crowd);
	}

	/**
	 * A key that is held, and those who wait for it.
	 *
	 * @param hold the hold of this thread
	 * @param crowd who waits
	 */
	private record Queue(Rival.Hold hold, Crowd crowd) {

		Crowd.Result drain(Duration limit) throws InterruptedException {
			long start = System.nanoTime();
			this.hold.release();
			return this.crowd.await(start, limit);
		}

	}

}
