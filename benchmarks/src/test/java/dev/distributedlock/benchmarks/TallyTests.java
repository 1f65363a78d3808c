package dev.distributedlock.benchmarks;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Tally}.
 */
class TallyTests {

	private final Tally one = new Tally(new long[] { 10, 40 }, new long[] { 1000, 3000 }, new long[] { 7 }, new long[0],
			52, 5, 0);

	private final Tally two = new Tally(new long[] { 30 }, new long[] { 2000 }, new long[0], new long[] { 9, 8 }, 31, 6,
			2);

	@Test
	void mergedIsTheSumOfItsParts() {
		Tally merged = Tally.merge(List.of(this.one, this.two));
		assertThat(merged.acquisitions()).isEqualTo(80);
		assertThat(merged.fairness()).isEqualTo(0.25);
		assertThat(merged.waits()).containsExactly(1000, 3000, 2000);
		assertThat(merged.handOvers()).containsExactly(7);
		assertThat(merged.handOversToOtherJvm()).containsExactly(9, 8);
		assertThat(merged.finished()).isEqualTo(83);
		assertThat(merged.insideNanos()).isEqualTo(11);
		assertThat(merged.overlaps()).isEqualTo(2);
	}

	@Test
	void lineOfAnotherProcessIsUnderstood() {
		assertThat(List.of(this.one, this.two))
			.allSatisfy((tally) -> assertThat(Tally.parse(tally.toLine())).usingRecursiveComparison().isEqualTo(tally));
	}

	@Test
	void percentileIsInMicrosecondsAndNoneWithoutSamples() {
		assertThat(Tally.percentileMicros(this.one.waits(), 0.5)).isEqualTo(1);
		assertThat(Tally.percentileMicros(this.one.waits(), 0.99)).isEqualTo(3);
		assertThat(Tally.percentileMicros(this.one.handOversToOtherJvm(), 0.5)).isNaN();
	}

	@Test
	void fairnessIsZeroIfOneStarvesAndUnknownIfAllDo() {
		assertThat(Tally.fairness(new long[] { 0, 5 })).isZero();
		assertThat(Tally.fairness(new long[] { 0, 0 })).isNaN();
	}

}
