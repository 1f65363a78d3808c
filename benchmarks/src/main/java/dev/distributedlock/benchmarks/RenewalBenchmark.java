package dev.distributedlock.benchmarks;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import com.sun.management.OperatingSystemMXBean;

/**
 * What it costs to keep many locks. Rivals take turns, in an order that is rotated; in a
 * turn, processor time is taken in a first window and commands are counted in a second.
 */
final class RenewalBenchmark {

	/** Who takes part: 'none' shows what idle clients cost. */
	private static final String RIVALS = "ours,ours-default,RLock,none";

	private static final int HOLDERS = 8;

	private static final String SENT = "sent";

	private static final String EXECUTED = "executed";

	private static final String REDIS_CPU = "Redis CPU";

	private static final String JVM_CPU = "JVM CPU";

	private static final String LOST = "lost";

	private final int rounds = Settings.number("rounds", 3);

	private final int locks = Settings.number("locks", 10_000);

	private final Duration window = Settings.duration("window", "30s");

	private final Report report;

	private int keys;

	RenewalBenchmark(Report report) {
		this.report = report;
	}

	void run() throws InterruptedException {
		try (RedisUnderTest redis = RedisUnderTest.open();
				RedisMeter meter = new RedisMeter(redis);
				Rivals rivals = Rivals.open(redis.url(), RIVALS)) {
			this.report.circumstances(redis.describe());
			Figures figures = Figures.take(rivals.all(), this.rounds, (rival) -> turn(rival, redis, meter));
			this.report.title(this.locks + " locks held and renewed, " + this.rounds + " rounds, windows of "
					+ this.window.toSeconds() + " s (smallest / **median** / largest over rounds)");
			this.report.header("rival", "client", "commands sent per second", "executed per second",
					"Redis CPU to RLock", "Redis CPU ms/s", "JVM CPU to RLock", "JVM CPU ms/s", "lost");
			for (Rival rival : rivals.all()) {
				this.report.row(rival.name(), rival.client().toString(), figures.spread(SENT, rival, 1),
						figures.median(EXECUTED, rival), figures.ratio(REDIS_CPU, rival, rivals.find("RLock")),
						figures.median(REDIS_CPU, rival), figures.ratio(JVM_CPU, rival, rivals.find("RLock")),
						figures.median(JVM_CPU, rival), Report.number(figures.of(LOST).sum(rival)));
			}
			this.report.circumstances("at the end");
		}
	}

	private Map<String, Double> turn(Rival rival, RedisUnderTest redis, RedisMeter meter) throws InterruptedException {
		// Holders live until the end of the turn: a lock is renewed for its thread.
		List<Holder> holders = IntStream.range(0, HOLDERS).mapToObj((i) -> new Holder()).toList();
		try {
			int from = this.keys;
			this.keys += this.locks;
			for (Future<?> acquired : IntStream.range(0, HOLDERS)
				.mapToObj((i) -> holders.get(i).submit(() -> acquire(rival, holders.get(i), from + i)))
				.toList()) {
				get(acquired);
			}
			double seconds = this.window.toNanos() / 1e9;
			RedisMeter.Reading before = meter.read();
			double jvmBefore = jvmCpuMicros();
			TimeUnit.NANOSECONDS.sleep(this.window.toNanos());
			double jvmCpu = jvmCpuMicros() - jvmBefore;
			double redisCpu = meter.read().since(before).cpuMicros();
			CommandMonitor.Count commands = count(redis);
			long lost = 0;
			for (Future<Long> released : holders.stream().map((holder) -> holder.submit(holder::releaseAll)).toList()) {
				lost += get(released);
			}
			return Map.of(SENT, commands.sentPer(seconds), EXECUTED, commands.executedPer(seconds), REDIS_CPU,
					redisCpu / 1000 / seconds, JVM_CPU, jvmCpu / 1000 / seconds, LOST, (double) lost);
		}
		finally {
			holders.forEach(Holder::end);
		}
	}

	private int acquire(Rival rival, Holder holder, int first) throws InterruptedException {
		for (int i = 0; i < this.locks; i += HOLDERS) {
			holder.holds.add(rival.lock().acquire("held-" + (first + i)));
		}
		return holder.holds.size();
	}

	private CommandMonitor.Count count(RedisUnderTest redis) throws InterruptedException {
		try (CommandMonitor monitor = new CommandMonitor(redis)) {
			TimeUnit.NANOSECONDS.sleep(this.window.toNanos());
			return monitor.stop();
		}
	}

	private static double jvmCpuMicros() {
		return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime() / 1000.0;
	}

	private static <T> T get(Future<T> future) throws InterruptedException {
		try {
			return future.get();
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException("Locks cannot be acquired", ex.getCause());
		}
	}

	/** A thread with what it holds. */
	private static final class Holder {

		private final ExecutorService thread = Executors.newSingleThreadExecutor();

		private final List<Rival.Hold> holds = new ArrayList<>();

		<T> Future<T> submit(Callable<T> work) {
			return this.thread.submit(work);
		}

		/** Release all, and return how many had been lost. */
		long releaseAll() {
			long lost = 0;
			for (Rival.Hold hold : this.holds) {
				try {
					hold.release();
				}
				catch (RuntimeException ex) {
					lost++;
				}
			}
			return lost;
		}

		void end() {
			this.thread.shutdown();
		}

	}

}
