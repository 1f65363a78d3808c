package dev.distributedlock.interceptor;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import dev.distributedlock.LockDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.SmartInitializingSingleton;

/**
 * Tells at start-up which names are configured although no annotation declares them: a
 * misspelt name tunes nothing. Names that only code asks for by
 * {@link dev.distributedlock.LockRequest} cannot be told apart from that.
 */
public final class ConfiguredNamesReport implements SmartInitializingSingleton {

	private static final Logger logger = LoggerFactory.getLogger(ConfiguredNamesReport.class);

	private final LockOperationSource operations;

	private final Supplier<? extends Collection<String>> configured;

	/**
	 * Create a report.
	 * @param operations the locked methods
	 * @param configured the names that have options of their own; asked when all beans
	 * are made
	 */
	public ConfiguredNamesReport(LockOperationSource operations, Supplier<? extends Collection<String>> configured) {
		this.operations = operations;
		this.configured = configured;
	}

	@Override
	public void afterSingletonsInstantiated() {
		Set<String> declared = this.operations.all()
			.stream()
			.map(LockDefinition::name)
			.collect(Collectors.toCollection(TreeSet::new));
		List<String> unknown = this.configured.get()
			.stream()
			.filter((name) -> !declared.contains(name))
			.sorted()
			.map((name) -> "'" + name + "'" + suggestion(name, declared))
			.toList();
		if (!unknown.isEmpty()) {
			logger.warn(
					"These names below distributed-lock.locks are the name of no annotated lock: {}. Unless code "
							+ "asks for them by LockRequest, they configure nothing. Declared are: {}",
					unknown, declared);
		}
	}

	private static String suggestion(String name, Set<String> declared) {
		Optional<String> similar = declared.stream().filter((other) -> isSimilar(name, other)).findFirst();
		return similar.map((other) -> " (did you mean '" + other + "'?)").orElse("");
	}

	private static boolean isSimilar(String name, String other) {
		String one = plain(name);
		String two = plain(other);
		return one.equals(two) || (Math.min(one.length(), two.length()) > 3 && distance(one, two) <= 2);
	}

	private static String plain(String name) {
		return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
	}

	/** The edits from one text to another, by Wagner and Fischer. */
	private static int distance(String one, String two) {
		int[] costs = new int[two.length() + 1];
		for (int j = 0; j <= two.length(); j++) {
			costs[j] = j;
		}
		for (int i = 1; i <= one.length(); i++) {
			int diagonal = costs[0];
			costs[0] = i;
			for (int j = 1; j <= two.length(); j++) {
				int replaced = diagonal + ((one.charAt(i - 1) != two.charAt(j - 1)) ? 1 : 0);
				diagonal = costs[j];
				costs[j] = Math.min(replaced, 1 + Math.min(costs[j], costs[j - 1]));
			}
		}
		return costs[two.length()];
	}

}
