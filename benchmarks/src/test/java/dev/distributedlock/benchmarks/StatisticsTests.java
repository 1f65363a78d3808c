package dev.distributedlock.benchmarks;

import java.util.stream.LongStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Statistics}.
 */
class StatisticsTests {

	@Test
	void percentileIsTheNearestRank() {
		long[] sorted = LongStream.rangeClosed(1, 200).toArray();
		assertThat(Statistics.percentile(sorted, 0.1)).isEqualTo(20);
		assertThat(Statistics.percentile(sorted, 0.5)).isEqualTo(100);
		assertThat(Statistics.percentile(sorted, 0.99)).isEqualTo(198);
		assertThat(Statistics.percentile(sorted, 1)).isEqualTo(200);
	}

	@Test
	void percentileOfOneSampleIsThatSample() {
		assertThat(Statistics.percentile(new long[] { 7 }, 0.01)).isEqualTo(7);
	}

	@Test
	void medianIsTheMiddleOneOrTheMeanOfTwo() {
		assertThat(Statistics.median(new double[] { 9, 1, 5 })).isEqualTo(5);
		assertThat(Statistics.median(new double[] { 9, 1, 5, 2 })).isEqualTo(3.5);
	}

	@Test
	void medianLeavesTheValuesInTheirOrder() {
		double[] values = { 9, 1, 5 };
		Statistics.median(values);
		assertThat(values).containsExactly(9, 1, 5);
	}

}
