package dev.distributedlock.benchmarks;

import java.util.List;

import dev.distributedlock.benchmarks.Rival.Client;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link Rounds}.
 */
class RoundsTests {

	private final Rival one = new Rival("one", Client.NONE, (key) -> () -> {
	});

	private final Rival other = new Rival("other", Client.NONE, (key) -> () -> {
	});

	private final Rounds rounds = new Rounds(List.of(this.one, this.other), 3);

	@Test
	void ratioIsTheMedianOfTheRatiosAndNotTheRatioOfTheMedians() {
		// The second round is slow for both, the third for the other alone.
		record("one", 10, 100, 12);
		record("other", 20, 125, 120);
		assertThat(this.rounds.ratio(this.one, this.other)).isEqualTo(0.5);
		assertThat(this.rounds.median(this.one) / this.rounds.median(this.other)).isEqualTo(0.1);
	}

	@Test
	void spreadShowsSmallestMedianAndLargest() {
		record("one", 10, 100, 12);
		record("other", 20, 125, 120);
		assertThat(this.rounds.spread(this.one, 1)).isEqualTo("10.0 / **12.0** / 100.0");
		assertThat(this.rounds.ratioSpread(this.one, this.other)).isEqualTo("0.10 / **0.50** / 0.80");
	}

	@Test
	void sumAddsUpTheRounds() {
		record("one", 10, 100, 12);
		assertThat(this.rounds.sum(this.one)).isEqualTo(122);
	}

	@Test
	void roundWithoutFigureIsNoMeasuredZero() {
		record("one", 10, 100);
		assertThat(this.rounds.sum(this.one)).isNaN();
	}

	@Test
	void strangerIsRefused() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.rounds.median(new Rival("stranger", Client.NONE, (key) -> () -> {
			})))
			.withMessageContaining("stranger");
	}

	private void record(String name, double... values) {
		Rival rival = name.equals("one") ? this.one : this.other;
		for (int round = 0; round < values.length; round++) {
			this.rounds.set(rival, round, values[round]);
		}
	}

}
