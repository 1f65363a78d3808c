package dev.distributedlock.benchmarks;

import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.Locale;

import org.redisson.api.RedissonClient;
import org.redisson.api.redisnode.RedisNode;
import org.redisson.api.redisnode.RedisNodes;

/**
 * Prints tables in Markdown, with the circumstances of the run.
 */
final class Report {

	private final PrintStream out;

	Report(PrintStream out) {
		this.out = out;
	}

	void title(String text) {
		this.out.println();
		this.out.println("### " + text);
		this.out.println();
	}

	void header(String... cells) {
		row(cells);
		row("--- ".repeat(cells.length).trim().split(" "));
	}

	void row(String... cells) {
		this.out.println("| " + String.join(" | ", cells) + " |");
	}

	void line(String text) {
		this.out.println(text);
	}

	void circumstances(String redis) {
		this.out.printf(Locale.ROOT, "JDK %s, %s, %d CPUs, %s, load average %.1f%n", Runtime.version(),
				System.getProperty("os.arch"), Runtime.getRuntime().availableProcessors(), redis,
				ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
	}

	static String redis(RedissonClient client) {
		return "Redis " + client.getRedisNodes(RedisNodes.SINGLE)
			.getInstance()
			.info(RedisNode.InfoSection.SERVER)
			.get("redis_version");
	}

}
