package dev.distributedlock.benchmarks;

import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.Locale;

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

	/** A number with three digits or more, a dash if there is none. */
	static String number(double value) {
		if (Double.isNaN(value)) {
			return "-";
		}
		double size = Math.abs(value);
		int decimals = (size >= 100 || size == 0) ? 0 : (size >= 10) ? 1 : (size >= 1) ? 2 : (size >= 0.1) ? 3 : 4;
		return String.format(Locale.ROOT, "%." + decimals + "f", value);
	}

}
