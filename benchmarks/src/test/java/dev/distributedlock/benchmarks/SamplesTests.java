package dev.distributedlock.benchmarks;

import java.util.Arrays;
import java.util.stream.LongStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Samples}.
 */
class SamplesTests {

	@Test
	void fewAreAllKept() {
		Samples samples = new Samples();
		LongStream.range(0, 10_000).forEach(samples::add);
		assertThat(samples.toArray()).isEqualTo(LongStream.range(0, 10_000).toArray());
	}

	@Test
	void manyAreThinnedOutEvenly() {
		Samples samples = new Samples();
		LongStream.range(0, 1_000_000).forEach(samples::add);
		long[] kept = samples.toArray();
		assertThat(kept.length).isBetween(8_000, 17_000);
		long[] gaps = LongStream.range(1, kept.length)
			.map((i) -> kept[(int) i] - kept[(int) i - 1])
			.distinct()
			.toArray();
		assertThat(gaps).as("distances of what is kept").hasSize(1);
		assertThat(Arrays.stream(kept).average().orElseThrow()).isBetween(499_000.0, 501_000.0);
	}

}
