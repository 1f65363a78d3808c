package dev.distributedlock.model;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What TLC has found.
 *
 * @param violated the violated property; {@link #NOTHING} if every state was visited and
 * all properties hold; {@link #TEMPORAL} if the one that is about time is violated
 * @param states the number of distinct states
 * @param output all that TLC has printed, with the counterexample if there is one
 */
record Verdict(String violated, long states, String output) {

	static final String NOTHING = "nothing";

	static final String TEMPORAL = "a temporal property";

	private static final Pattern INVARIANT = Pattern.compile("Error: Invariant (\\w+) is violated");

	private static final Pattern STATES = Pattern
		.compile("\\d+ states generated, (\\d+) distinct states found, (\\d+) states left on queue\\.");

	static Verdict of(String output) {
		return new Verdict(violated(output), states(output), output);
	}

	private static String violated(String output) {
		Matcher invariant = INVARIANT.matcher(output);
		if (invariant.find()) {
			return invariant.group(1);
		}
		if (output.contains("Error: Temporal properties were violated")) {
			return TEMPORAL;
		}
		if (output.contains("Model checking completed. No error has been found.")) {
			return NOTHING;
		}
		throw new IllegalStateException("TLC has neither found an error nor finished: " + output);
	}

	private static long states(String output) {
		Matcher states = STATES.matcher(output);
		if (!states.find()) {
			throw new IllegalStateException("TLC has not counted its states: " + output);
		}
		return Long.parseLong(states.group(1));
	}

}
