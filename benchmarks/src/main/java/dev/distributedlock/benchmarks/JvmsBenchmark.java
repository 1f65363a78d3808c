package dev.distributedlock.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import dev.distributedlock.benchmarks.CommandMonitor.Count;

/**
 * Threads of several JVMs that all want one key. Rivals take turns of a second, in an
 * order that is rotated.
 */
final class JvmsBenchmark {

	static final String RIVALS = "ours,ours-default,RLock,RFairLock,RSpinLock,SI-spin,SI-pubsub,ShedLock,lock4j,"
			+ "Lettuce,none";

	/** How long it takes at most until all JVMs know of a turn. */
	private static final long LEAD_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

	private static final int WARM_UP = 30;

	private final int rounds = Settings.number("rounds", 7);

	private final int jvms = Settings.number("jvms", 4);

	private final Duration slice = Settings.duration("slice", "1s");

	private final Report report;

	JvmsBenchmark(Report report) {
		this.report = report;
	}

	static int threads() {
		return Settings.number("threads", 4);
	}

	static Duration length() {
		return Settings.duration("section", "0");
	}

	void run() throws IOException, InterruptedException {
		boolean exclusive;
		Path section = Files.createTempFile("section", null);
		List<ChildProcess> children = new ArrayList<>();
		try (RedisUnderTest redis = RedisUnderTest.open();
				RedisMeter meter = new RedisMeter(redis);
				Rivals rivals = Rivals.elsewhere(RIVALS)) {
			try {
				for (int jvm = 1; jvm <= this.jvms; jvm++) {
					children.add(new ChildProcess(Benchmarks.CONTENDER, redis.url(), Integer.toString(jvm),
							section.toString()));
				}
				children.forEach(ChildProcess::hear);
				this.report.circumstances(redis.describe());
				exclusive = run(rivals, (rival) -> turn(rival, children, meter),
						(rival) -> counted(rival, children, redis));
				this.report.circumstances("at the end");
			}
			finally {
				children.forEach(ChildProcess::close);
			}
		}
		finally {
			Files.delete(section);
		}
		ContentionTable.exitUnless(exclusive);
	}

	private boolean run(Rivals rivals, Figures.Turn turn, Figures.Turn counted) throws InterruptedException {
		Figures.warmUp(rivals.all(), WARM_UP, turn);
		Figures counts = Figures.take(rivals.all(), 1, counted);
		Figures figures = Figures.take(rivals.all(), this.rounds, turn);
		this.report.title("One key, " + this.jvms + " JVMs with " + threads() + " threads each, section "
				+ length().toNanos() / 1000 + " µs, " + this.rounds
				+ " rounds (smallest / **median** / largest over rounds)");
		return new ContentionTable(rivals, length()).print(this.report, figures, counts);
	}

	private Map<String, Double> turn(Rival rival, List<ChildProcess> children, RedisMeter meter) {
		RedisMeter.Reading before = meter.read();
		List<Tally> tallies = compete(rival, children);
		Map<String, Double> figures = new HashMap<>(
				ContentionTable.figures(Tally.merge(tallies), this.slice, meter.read().since(before)));
		figures.putAll(ContentionTable.fairnessOfJvms(tallies.stream().mapToLong(Tally::acquisitions).toArray()));
		return figures;
	}

	private Map<String, Double> counted(Rival rival, List<ChildProcess> children, RedisUnderTest redis)
			throws InterruptedException {
		try (CommandMonitor monitor = new CommandMonitor(redis)) {
			Tally tally = Tally.merge(compete(rival, children));
			Count commands = monitor.stop();
			return ContentionTable.counts(tally, commands);
		}
	}

	private List<Tally> compete(Rival rival, List<ChildProcess> children) {
		long start = System.nanoTime() + LEAD_NANOS;
		children.forEach((child) -> child.tell(rival.name() + " " + start + " " + (start + this.slice.toNanos())));
		return children.stream().map((child) -> Tally.parse(child.hear())).toList();
	}

}
