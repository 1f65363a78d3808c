package dev.distributedlock.benchmarks;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.redisson.api.RedissonClient;
import org.redisson.api.redisnode.RedisNode;
import org.redisson.api.redisnode.RedisNodes;

/**
 * Counts what Redis executes for a rival, commands inside of scripts included.
 */
final class CommandCount {

	private static final Pattern CALLS = Pattern.compile("calls=(\\d+)");

	private static final int PAIRS = 1000;

	private final RedissonClient client;

	CommandCount(RedissonClient client) {
		this.client = client;
	}

	/**
	 * Describe the commands of one acquisition and release.
	 * @param rival who to watch; nobody else may use the server meanwhile
	 * @return the number of commands and which they are
	 */
	String describe(Rival rival) {
		Map<String, Long> before = calls();
		for (int i = 0; i < PAIRS; i++) {
			rival.lock().acquire("count-" + i).release();
		}
		Map<String, Double> perPair = new TreeMap<>();
		calls().forEach((command, calls) -> {
			double each = (double) (calls - before.getOrDefault(command, 0L)) / PAIRS;
			// Less is what clients do now and then, such as PING, and the question
			// itself.
			if (each >= 0.01) {
				perPair.put(command, each);
			}
		});
		double all = perPair.values().stream().mapToDouble(Double::doubleValue).sum();
		return String.format(Locale.ROOT, "%.0f: ", all) + perPair.entrySet()
			.stream()
			.map((entry) -> String.format(Locale.ROOT, "%s %.0f", entry.getKey(), entry.getValue()))
			.collect(Collectors.joining(", "));
	}

	private Map<String, Long> calls() {
		Map<String, Long> calls = new TreeMap<>();
		this.client.getRedisNodes(RedisNodes.SINGLE)
			.getInstance()
			.info(RedisNode.InfoSection.COMMANDSTATS)
			.forEach((command, figures) -> {
				Matcher matcher = CALLS.matcher(figures);
				if (matcher.find()) {
					calls.put(command.replace("cmdstat_", ""), Long.valueOf(matcher.group(1)));
				}
			});
		return calls;
	}

}
