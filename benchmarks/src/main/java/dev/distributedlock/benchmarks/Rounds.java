package dev.distributedlock.benchmarks;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One figure of each rival for each round of a run.
 */
final class Rounds {

	private final Map<Rival, double[]> values = new LinkedHashMap<>();

	Rounds(List<Rival> rivals, int rounds) {
		rivals.forEach((rival) -> {
			double[] own = new double[rounds];
			// What was not measured shall not look like a measured zero.
			Arrays.fill(own, Double.NaN);
			this.values.put(rival, own);
		});
	}

	void set(Rival rival, int round, double value) {
		of(rival)[round] = value;
	}

	/** The median over the rounds. */
	double median(Rival rival) {
		return Statistics.median(of(rival));
	}

	/** The sum over the rounds. */
	double sum(Rival rival) {
		return Arrays.stream(of(rival)).sum();
	}

	/**
	 * The median of the ratios to another rival in the same round: a round that is slow
	 * for all does not move it.
	 */
	double ratio(Rival rival, Rival to) {
		return Statistics.median(ratios(rival, to));
	}

	/** The figure as tables show it: smallest, <b>median</b> and largest over rounds. */
	String spread(Rival rival, int decimals) {
		return spread(of(rival), decimals);
	}

	/** The ratio as tables show it: smallest, <b>median</b> and largest over rounds. */
	String ratioSpread(Rival rival, Rival to) {
		return spread(ratios(rival, to), 2);
	}

	private double[] ratios(Rival rival, Rival to) {
		double[] ratios = of(rival).clone();
		double[] base = of(to);
		for (int i = 0; i < ratios.length; i++) {
			ratios[i] /= base[i];
		}
		return ratios;
	}

	private double[] of(Rival rival) {
		double[] own = this.values.get(rival);
		if (own == null) {
			throw new IllegalArgumentException("'" + rival + "' takes no part in this run");
		}
		return own;
	}

	private static String spread(double[] values, int decimals) {
		String number = "%." + decimals + "f";
		return String.format(Locale.ROOT, number + " / **" + number + "** / " + number,
				Arrays.stream(values).min().orElseThrow(), Statistics.median(values),
				Arrays.stream(values).max().orElseThrow());
	}

}
