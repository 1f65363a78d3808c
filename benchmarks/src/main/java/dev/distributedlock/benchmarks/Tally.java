package dev.distributedlock.benchmarks;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What threads that contended for a lock saw in one turn.
 */
final class Tally {

	private final long[] served;

	private final long[] waits;

	private final long[] handOvers;

	private final long[] handOversToOtherJvm;

	private final long finished;

	private final long insideNanos;

	private final long overlaps;

	Tally(long[] served, long[] waits, long[] handOvers, long[] handOversToOtherJvm, long finished, long insideNanos,
			long overlaps) {
		this.served = served;
		this.waits = waits;
		this.handOvers = handOvers;
		this.handOversToOtherJvm = handOversToOtherJvm;
		this.finished = finished;
		this.insideNanos = insideNanos;
		this.overlaps = overlaps;
	}

	static Tally merge(List<Tally> parts) {
		return new Tally(merge(parts, (part) -> part.served), merge(parts, (part) -> part.waits),
				merge(parts, (part) -> part.handOvers), merge(parts, (part) -> part.handOversToOtherJvm),
				parts.stream().mapToLong(Tally::finished).sum(), parts.stream().mapToLong(Tally::insideNanos).sum(),
				parts.stream().mapToLong(Tally::overlaps).sum());
	}

	/** How long acquisitions took, in nanos. */
	long[] waits() {
		return this.waits;
	}

	/**
	 * From the end of a section to the start of the next one by a thread of the same JVM
	 * that was waiting, in nanos.
	 */
	long[] handOvers() {
		return this.handOvers;
	}

	/** The same where the next thread is in another JVM. */
	long[] handOversToOtherJvm() {
		return this.handOversToOtherJvm;
	}

	/** The same with those who still waited when it ended: what commands are for. */
	long finished() {
		return this.finished;
	}

	/** The time spent in the section before the turn ended. */
	long insideNanos() {
		return this.insideNanos;
	}

	/** How often a thread was not alone in the section. */
	long overlaps() {
		return this.overlaps;
	}

	/** How often threads had the lock before the turn ended. */
	long acquisitions() {
		return Arrays.stream(this.served).sum();
	}

	/**
	 * How often the least served thread had the lock for each time of the most served.
	 */
	double fairness() {
		return fairness(this.served);
	}

	static double fairness(long[] served) {
		long most = Arrays.stream(served).max().orElse(0);
		return (most > 0) ? (double) Arrays.stream(served).min().orElse(0) / most : Double.NaN;
	}

	/** A percentile in microseconds, not a number if there is no sample. */
	static double percentileMicros(long[] nanos, double share) {
		if (nanos.length == 0) {
			return Double.NaN;
		}
		long[] sorted = nanos.clone();
		Arrays.sort(sorted);
		return Statistics.percentile(sorted, share) / 1000.0;
	}

	/** As one line, for another process. */
	String toLine() {
		return List
			.of(this.served, this.waits, this.handOvers, this.handOversToOtherJvm,
					new long[] { this.finished, this.insideNanos, this.overlaps })
			.stream()
			.map((part) -> Arrays.stream(part).mapToObj(Long::toString).collect(Collectors.joining(" ")))
			.collect(Collectors.joining(";"));
	}

	static Tally parse(String line) {
		List<long[]> parts = Arrays.stream(line.split(";", -1))
			.map((part) -> part.isEmpty() ? new long[0]
					: Arrays.stream(part.split(" ")).mapToLong(Long::parseLong).toArray())
			.toList();
		return new Tally(parts.get(0), parts.get(1), parts.get(2), parts.get(3), parts.get(4)[0], parts.get(4)[1],
				parts.get(4)[2]);
	}

	private static long[] merge(List<Tally> parts, Function<Tally, long[]> which) {
		return parts.stream().map(which).flatMapToLong(Arrays::stream).toArray();
	}

}
