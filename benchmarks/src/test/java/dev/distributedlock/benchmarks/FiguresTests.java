package dev.distributedlock.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import dev.distributedlock.benchmarks.Rival.Client;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link Figures}.
 */
class FiguresTests {

	private final Rival one = rival("one");

	private final Rival two = rival("two");

	private final Rival three = rival("three");

	private final List<Rival> rivals = List.of(this.one, this.two, this.three);

	@Test
	void everybodyIsFirstOnceAndFiguresBelongToTheirRivals() throws InterruptedException {
		List<String> turns = new ArrayList<>();
		Figures figures = Figures.take(this.rivals, 3, (rival) -> {
			turns.add(rival.name());
			return Map.of("size", (double) rival.name().length());
		});
		assertThat(turns).containsExactly("one", "two", "three", "two", "three", "one", "three", "one", "two");
		assertThat(figures.median("size", this.three)).isEqualTo("5.00");
		assertThat(figures.medianRatio("size", this.three, this.one)).isEqualTo("1.67");
	}

	@Test
	void ratioToSomebodyWhoIsAbsentIsADash() throws InterruptedException {
		Figures figures = Figures.take(this.rivals, 1, (rival) -> Map.of("size", 1.0));
		assertThat(figures.ratio("size", this.one, null)).isEqualTo("-");
		assertThat(figures.medianRatio("size", this.one, null)).isEqualTo("-");
	}

	@Test
	void figureThatWasNotMeasuredIsRefused() throws InterruptedException {
		Figures figures = Figures.take(this.rivals, 1, (rival) -> Map.of("size", 1.0));
		assertThat(figures.has("weight")).isFalse();
		assertThatIllegalArgumentException().isThrownBy(() -> figures.of("weight")).withMessageContaining("weight");
	}

	@Test
	void numbersKeepThreeDigits() {
		assertThat(List.of(Report.number(12_345), Report.number(12.345), Report.number(1.2345), Report.number(0.12345),
				Report.number(0.012345), Report.number(0), Report.number(Double.NaN)))
			.containsExactly("12345", "12.3", "1.23", "0.123", "0.0123", "0", "-");
	}

	private static Rival rival(String name) {
		return new Rival(name, Client.NONE, (key) -> () -> {
		});
	}

}
