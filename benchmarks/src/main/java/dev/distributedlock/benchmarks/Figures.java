package dev.distributedlock.benchmarks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Named figures of each rival for each round of a run.
 */
final class Figures {

	private final Map<String, Rounds> figures = new LinkedHashMap<>();

	private final List<Rival> rivals;

	private final int rounds;

	Figures(List<Rival> rivals, int rounds) {
		this.rivals = rivals;
		this.rounds = rounds;
	}

	/**
	 * Let rivals take turns, in an order that is rotated by one in each round.
	 * @param rivals who takes part
	 * @param rounds how many turns each has
	 * @param turn measures one
	 * @return what was measured
	 * @throws InterruptedException if interrupted
	 */
	static Figures take(List<Rival> rivals, int rounds, Turn turn) throws InterruptedException {
		Figures figures = new Figures(rivals, rounds);
		for (int round = 0; round < rounds; round++) {
			List<Rival> order = new ArrayList<>(rivals);
			Collections.rotate(order, -round);
			for (Rival rival : order) {
				int current = round;
				turn.take(rival).forEach((name, value) -> figures.set(name, rival, current, value));
			}
		}
		return figures;
	}

	/**
	 * Let rivals take turns that are not measured: until the JIT compiler is done with
	 * them, it takes a good part of the processors, and they are slower than they will
	 * be.
	 * @param rivals who takes part
	 * @param turns how many turns each has, if the user does not say
	 * @param turn what is measured later
	 * @throws InterruptedException if interrupted
	 */
	static void warmUp(List<Rival> rivals, int turns, Turn turn) throws InterruptedException {
		take(rivals, Settings.number("warmup", turns), turn);
	}

	void set(String name, Rival rival, int round, double value) {
		this.figures.computeIfAbsent(name, (key) -> new Rounds(this.rivals, this.rounds)).set(rival, round, value);
	}

	/** A figure as tables show it: smallest, <b>median</b> and largest over rounds. */
	String spread(String name, Rival rival, int decimals) {
		return of(name).spread(rival, decimals);
	}

	/** The median of a figure, three digits or more. */
	String median(String name, Rival rival) {
		return Report.number(of(name).median(rival));
	}

	/**
	 * The ratio to another rival as tables show it, or a dash if that one is not here.
	 */
	String ratio(String name, Rival rival, @Nullable Rival to) {
		return (to != null) ? of(name).ratioSpread(rival, to) : "-";
	}

	/** The median of the ratios to another rival, or a dash if that one is not here. */
	String medianRatio(String name, Rival rival, @Nullable Rival to) {
		return (to != null) ? Report.number(of(name).ratio(rival, to)) : "-";
	}

	boolean has(String name) {
		return this.figures.containsKey(name);
	}

	Rounds of(String name) {
		Rounds found = this.figures.get(name);
		if (found == null) {
			throw new IllegalArgumentException("'" + name + "' was not measured");
		}
		return found;
	}

	/** Measures one rival once. */
	@FunctionalInterface
	interface Turn {

		/**
		 * Measure a rival.
		 * @param rival whose turn it is
		 * @return figures by name
		 * @throws InterruptedException if interrupted
		 */
		Map<String, Double> take(Rival rival) throws InterruptedException;

	}

}
