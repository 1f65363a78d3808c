package dev.distributedlock.benchmarks;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import dev.distributedlock.benchmarks.CommandMonitor.Count;
import org.jspecify.annotations.Nullable;

/**
 * The table of those who contend for one key, in one JVM or in several.
 */
final class ContentionTable {

	private static final String RATE = "per second";

	private static final String SHARE = "share of the ideal";

	private static final String WAIT_P50 = "wait p50";

	private static final String WAIT_P99 = "wait p99";

	private static final String HAND_OVER = "hand-over";

	private static final String FAR_HAND_OVER = "hand-over to another JVM";

	private static final String THREADS = "threads";

	private static final String JVMS = "JVMs";

	private static final String REDIS_CPU = "Redis CPU";

	private static final String OVERLAPS = "overlaps";

	private static final String SENT = "sent";

	private static final String EXECUTED = "executed";

	private final Rivals rivals;

	private final Duration length;

	ContentionTable(Rivals rivals, Duration length) {
		this.rivals = rivals;
		this.length = length;
	}

	/** The figures of one turn. */
	static Map<String, Double> figures(Tally tally, Duration slice, RedisMeter.Reading redis) {
		Map<String, Double> figures = new HashMap<>();
		figures.put(RATE, tally.acquisitions() * 1e9 / slice.toNanos());
		figures.put(SHARE, (double) tally.insideNanos() / slice.toNanos());
		figures.put(WAIT_P50, Tally.percentileMicros(tally.waits(), 0.5));
		figures.put(WAIT_P99, Tally.percentileMicros(tally.waits(), 0.99));
		figures.put(HAND_OVER, Tally.percentileMicros(tally.handOvers(), 0.5));
		figures.put(FAR_HAND_OVER, Tally.percentileMicros(tally.handOversToOtherJvm(), 0.5));
		figures.put(THREADS, tally.fairness());
		figures.put(REDIS_CPU, redis.cpuMicros() / tally.acquisitions());
		figures.put(OVERLAPS, (double) tally.overlaps());
		return figures;
	}

	/** How even JVMs were served in one turn. */
	static Map<String, Double> fairnessOfJvms(long[] served) {
		return Map.of(JVMS, Tally.fairness(served));
	}

	/** The commands of one turn. */
	static Map<String, Double> counts(Tally tally, Count commands) {
		double acquisitions = (double) tally.acquisitions();
		return Map.of(SENT, commands.sentPer(acquisitions), EXECUTED, commands.executedPer(acquisitions));
	}

	/**
	 * Print the table.
	 * @param report where to
	 * @param figures what was measured
	 * @param counts the commands
	 * @return whether locks excluded, and whoever does not lock was found out
	 */
	boolean print(Report report, Figures figures, Figures counts) {
		boolean jvms = figures.has(JVMS);
		boolean section = !this.length.isZero();
		report.header("rival", "client", "rate to RLock", "per second", section ? "share of the ideal" : "-",
				"wait p50 µs", "wait p99 µs", "p99 to RLock", "hand-over in the JVM p50 µs",
				jvms ? "to another JVM p50 µs" : "-", jvms ? "to RLock" : "-", "least / most served thread",
				jvms ? "least / most served JVM" : "-", "commands sent each", "executed each", "Redis CPU each µs",
				"exclusion");
		boolean asExpected = true;
		@Nullable Rival base = this.rivals.find("RLock");
		for (Rival rival : this.rivals.all()) {
			double overlaps = figures.of(OVERLAPS).sum(rival);
			asExpected &= (overlaps > 0) == rival.name().equals("none");
			report.row(rival.name(), rival.client().toString(), figures.ratio(RATE, rival, base),
					figures.spread(RATE, rival, 0), section ? figures.median(SHARE, rival) : "-",
					figures.median(WAIT_P50, rival), figures.median(WAIT_P99, rival),
					figures.medianRatio(WAIT_P99, rival, base), figures.median(HAND_OVER, rival),
					jvms ? figures.median(FAR_HAND_OVER, rival) : "-",
					jvms ? figures.medianRatio(FAR_HAND_OVER, rival, base) : "-", figures.median(THREADS, rival),
					jvms ? figures.median(JVMS, rival) : "-", counts.median(SENT, rival),
					counts.median(EXECUTED, rival), figures.median(REDIS_CPU, rival),
					(overlaps > 0) ? "**broken**: " + Report.number(overlaps) + " overlaps" : "kept");
		}
		return asExpected;
	}

	/** End the process with an error if the exclusion was not what it must be. */
	static void exitUnless(boolean exclusive) {
		if (!exclusive) {
			System.err.println("A lock did not exclude, or the check did not see that 'none' does not");
			System.exit(1);
		}
	}

}
