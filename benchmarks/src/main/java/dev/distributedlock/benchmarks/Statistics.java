package dev.distributedlock.benchmarks;

import java.util.Arrays;

/**
 * The few figures that describe samples.
 */
final class Statistics {

	private Statistics() {
	}

	/**
	 * Return the smallest sample that is not exceeded by a share of all (nearest rank).
	 * @param sorted the samples, ascending, at least one
	 * @param share the share, above 0 and up to 1
	 * @return the sample
	 */
	static long percentile(long[] sorted, double share) {
		return sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
	}

	/**
	 * Return the median: the middle one, or the mean of the two in the middle.
	 * @param values the values, in any order, at least one
	 * @return the median
	 */
	static double median(double[] values) {
		double[] sorted = values.clone();
		Arrays.sort(sorted);
		int middle = sorted.length / 2;
		return (sorted.length % 2 == 1) ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
	}

}
