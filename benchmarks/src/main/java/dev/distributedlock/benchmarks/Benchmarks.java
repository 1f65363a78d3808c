package dev.distributedlock.benchmarks;

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
		switch ((args.length == 1) ? args[0] : "") {
			case "uncontended" -> new UncontendedBenchmark(report).run();
			case "parallel" -> new ParallelBenchmark(report).run();
			case "advice" -> new AdviceReport(report).run();
			default -> {
				System.err.println("Usage: java [-Dredis.url=redis://host:port] -jar benchmarks.jar "
						+ "uncontended|parallel|advice");
				System.exit(2);
			}
		}
	}

}
