package dev.distributedlock.benchmarks;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;

import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Runs {@link AdviceBenchmark} and prints what each layer adds to a call through a bare
 * proxy. Each round runs all of them in new JVMs, so that a slow minute of the machine
 * meets all alike; what is above the bare proxy is taken within a round.
 */
final class AdviceReport {

	private final Report report;

	AdviceReport(Report report) {
		this.report = report;
	}

	void run() throws RunnerException {
		Map<Row, List<Sample>> samples = new LinkedHashMap<>();
		int rounds = Integer.getInteger("forks", 3);
		for (int round = 0; round < rounds; round++) {
			Collection<RunResult> results = round();
			double bare = nanosOfBareProxy(results);
			for (RunResult result : results) {
				samples.computeIfAbsent(Row.of(result), (row) -> new ArrayList<>())
					.add(new Sample(nanos(result), nanos(result) - bare, bytes(result)));
			}
		}
		this.report.circumstances("JMH, medians of " + rounds + " rounds");
		this.report.title("One call, without a network");
		this.report.header("call", "registry", "ns", "above the bare proxy, ns", "bytes allocated");
		samples.forEach((row, values) -> this.report.row(row.call(), row.registry(), median(values, Sample::nanos),
				spread(values, Sample::aboveBareProxy), median(values, Sample::bytes)));
	}

	private static Collection<RunResult> round() throws RunnerException {
		return new Runner(new OptionsBuilder().include(AdviceBenchmark.class.getName() + "\\.")
			.forks(1)
			.warmupIterations(3)
			.warmupTime(TimeValue.seconds(1))
			.measurementIterations(9)
			.measurementTime(TimeValue.milliseconds(500))
			.threads(1)
			.addProfiler(GCProfiler.class)
			.build()).run();
	}

	private static double nanosOfBareProxy(Collection<RunResult> results) {
		return results.stream()
			.filter((result) -> Row.of(result).call().equals("bareProxy"))
			.mapToDouble(AdviceReport::nanos)
			.findFirst()
			.orElseThrow();
	}

	// The median of the iterations: others share the machine, and a mean shows them.
	private static double nanos(RunResult result) {
		return result.getPrimaryResult().getStatistics().getPercentile(50);
	}

	private static double bytes(RunResult result) {
		return Objects.requireNonNull(result.getSecondaryResults().get("gc.alloc.rate.norm")).getScore();
	}

	private static String median(List<Sample> samples, ToDoubleFunction<Sample> value) {
		return String.format(Locale.ROOT, "%.0f", Statistics.median(samples.stream().mapToDouble(value).toArray()));
	}

	private static String spread(List<Sample> samples, ToDoubleFunction<Sample> value) {
		double[] values = samples.stream().mapToDouble(value).sorted().toArray();
		return String.format(Locale.ROOT, "%.0f / **%.0f** / %.0f", values[0], Statistics.median(values),
				values[values.length - 1]);
	}

	private record Row(String call, String registry) {

		static Row of(RunResult result) {
			String name = result.getParams().getBenchmark();
			String store = result.getParams().getParam("store");
			return new Row(name.substring(name.lastIndexOf('.') + 1), (store != null) ? store : "-");
		}

	}

	private record Sample(double nanos, double aboveBareProxy, double bytes) {
	}

}
