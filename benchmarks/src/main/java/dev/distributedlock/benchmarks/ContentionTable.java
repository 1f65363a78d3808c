package dev.distributedlock.benchmarks;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
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
		figures.put(REDIS_CPU, redis.cpuMicros() / tally.finished());
		figures.put(OVERLAPS, (double) tally.overlaps());
		return figures;
	}

	/** How even JVMs were served in one turn. */
	static Map<String, Double> fairnessOfJvms(long[] served) {
		return Map.of(JVMS, Tally.fairness(served));
	}

	/** The commands of one turn. */
	static Map<String, Double> counts(Tally tally, Count commands) {
		double finished = (double) tally.finished();
		return Map.of(SENT, commands.sentPer(finished), EXECUTED, commands.executedPer(finished));
	}

	/**
	 * Print the table.
	 * @param report where to
	 * @param figures what was measured
	 * @param counts the commands
	 * @return whether locks excluded, and whoever does not lock was found out
	 */
	boolean print(Report report, Figures figures, Figures counts) {
		boolean asExpected = true;
		boolean first = true;
		for (Rival rival : this.rivals.all()) {
			double overlaps = figures.of(OVERLAPS).sum(rival);
			asExpected &= (overlaps > 0) == rival.name().equals("none");
			Map<String, String> cells = cells(rival, figures, counts);
			cells.put("exclusion", (overlaps > 0) ? "**broken**: " + Report.number(overlaps) + " overlaps" : "kept");
			if (first) {
				report.header(cells.keySet().toArray(String[]::new));
				first = false;
			}
			report.row(cells.values().toArray(String[]::new));
		}
		return asExpected;
	}

	private Map<String, String> cells(Rival rival, Figures figures, Figures counts) {
		@Nullable Rival base = this.rivals.find("RLock");
		boolean jvms = figures.has(JVMS);
		Map<String, String> cells = new LinkedHashMap<>();
		cells.put("rival", rival.name());
		cells.put("client", rival.client().toString());
		cells.put("rate to RLock", figures.ratio(RATE, rival, base));
		cells.put("per second", figures.spread(RATE, rival, 0));
		if (!this.length.isZero()) {
			cells.put("share of the ideal", figures.median(SHARE, rival));
		}
		cells.put("wait p50 µs", figures.median(WAIT_P50, rival));
		cells.put("wait p99 µs", figures.median(WAIT_P99, rival));
		cells.put("wait p99 to RLock", figures.medianRatio(WAIT_P99, rival, base));
		cells.put("hand-over in the JVM p50 µs", figures.median(HAND_OVER, rival));
		if (jvms) {
			cells.put("to another JVM p50 µs", figures.median(FAR_HAND_OVER, rival));
			cells.put("the same to RLock", figures.medianRatio(FAR_HAND_OVER, rival, base));
		}
		cells.put("least / most served thread", figures.median(THREADS, rival));
		if (jvms) {
			cells.put("least / most served JVM", figures.median(JVMS, rival));
		}
		cells.put("commands sent each", counts.median(SENT, rival));
		cells.put("executed each", counts.median(EXECUTED, rival));
		cells.put("Redis CPU each µs", figures.median(REDIS_CPU, rival));
		return cells;
	}

	/** End the process with an error if the exclusion was not what it must be. */
	static void exitUnless(boolean exclusive) {
		if (!exclusive) {
			System.err.println("A lock did not exclude, or the check did not see that 'none' does not");
			System.exit(1);
		}
	}

}
