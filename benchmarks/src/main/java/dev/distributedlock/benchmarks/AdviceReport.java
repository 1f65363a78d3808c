package dev.distributedlock.benchmarks;

import java.util.Collection;
import java.util.Locale;

import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Runs {@link AdviceBenchmark} and prints what each layer adds to a call through a bare
 * proxy.
 */
final class AdviceReport {

	private final Report report;

	AdviceReport(Report report) {
		this.report = report;
	}

	void run() throws RunnerException {
		Collection<RunResult> results = new Runner(new OptionsBuilder().include(AdviceBenchmark.class.getName() + "\\.")
			.forks(Integer.getInteger("forks", 3))
			.warmupIterations(4)
			.warmupTime(TimeValue.seconds(1))
			.measurementIterations(5)
			.measurementTime(TimeValue.seconds(1))
			.threads(1)
			.build()).run();
		double bare = results.stream()
			.filter((result) -> name(result).equals("bareProxy"))
			.mapToDouble((result) -> result.getPrimaryResult().getScore())
			.findFirst()
			.orElseThrow();
		this.report.circumstances("JMH, error is the 99.9 % interval");
		this.report.title("One call, without a network");
		this.report.header("call", "registry", "ns", "error", "above the bare proxy, ns");
		for (RunResult result : results) {
			Result<?> time = result.getPrimaryResult();
			String store = result.getParams().getParam("store");
			this.report.row(name(result), (store != null) ? store : "-", number(time.getScore()),
					"± " + number(time.getScoreError()), number(time.getScore() - bare));
		}
	}

	private static String name(RunResult result) {
		String name = result.getParams().getBenchmark();
		return name.substring(name.lastIndexOf('.') + 1);
	}

	private static String number(double value) {
		return String.format(Locale.ROOT, "%.1f", value);
	}

}
