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
		switch ((args.length > 0) ? args[0] : "") {
			case "uncontended" -> new UncontendedBenchmark(report).run();
			case "parallel" -> new ParallelBenchmark(report).run();
			case "contended" -> new ContendedBenchmark(report).run();
			case "jvms" -> new JvmsBenchmark(report).run();
			case "drain" -> new DrainBenchmark(report).run();
			case "renewal" -> new RenewalBenchmark(report).run();
			case "advice" -> new AdviceReport(report).run();
			case "proxy", "contender" -> runChild(args);
			default -> {
				System.err.println("Usage: java [-Drivals=ours,RLock] [-Drtt=600us] [-Dredis.url=redis://host:port] "
						+ "-jar benchmarks.jar uncontended|parallel|contended|jvms|drain|renewal|advice");
				System.err.println("Rivals: " + Rivals.NAMES);
				System.exit(2);
			}
		}
	}

	/** What benchmarks start as processes of their own. */
	private static void runChild(String[] args) {
		try {
			if (args[0].equals("proxy")) {
				RedisUnderTest.runProxy(args[1], args[2], args[3]);
			}
			else {
				ContenderProcess.run(args[1], args[2], args[3]);
			}
		}
		catch (InterruptedException | RuntimeException ex) {
			// The parent shall not wait for an answer, nor threads keep the process
			// alive.
			ex.printStackTrace();
			Runtime.getRuntime().halt(1);
		}
	}

}
