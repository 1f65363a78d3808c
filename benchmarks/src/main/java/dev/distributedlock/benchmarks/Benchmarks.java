package dev.distributedlock.benchmarks;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Runs the benchmark that is named on the command line.
 */
public final class Benchmarks {

	private Benchmarks() {
	}

	/**
	 * Run a benchmark and print its tables.
	 * @param args the name of the benchmark
	 * @throws Exception if it fails
	 */
	public static void main(String[] args) throws Exception {
		Report report = new Report(System.out);
		switch ((args.length > 0) ? args[0] : "") {
			case "uncontended" -> new UncontendedBenchmark(report).run();
			case "parallel" -> new ParallelBenchmark(report).run();
			case "contended" -> new ContendedBenchmark(report).run();
			case "jvms" -> new JvmsBenchmark(report).run();
			case "drain" -> new DrainBenchmark(report).run();
			case "renewal" -> new RenewalBenchmark(report).run();
			case "advice" -> new AdviceReport(report).run();
			// What benchmarks start as processes of their own.
			case "proxy" -> untilParentEnds(() -> RedisUnderTest.runProxy(args[1], args[2], args[3]));
			case "contender" -> ContenderProcess.run(args[1], args[2], args[3]);
			default -> {
				System.err.println("Usage: java [-Drivals=ours,RLock] [-Drtt=600us] [-Dredis.url=redis://host:port] "
						+ "-jar benchmarks.jar uncontended|parallel|contended|jvms|drain|renewal|advice");
				System.err.println("Rivals: " + Rivals.NAMES);
				System.exit(2);
			}
		}
	}

	private static void untilParentEnds(Runnable child) throws IOException {
		child.run();
		System.in.transferTo(OutputStream.nullOutputStream());
		System.exit(0);
	}

}
