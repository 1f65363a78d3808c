package dev.distributedlock.benchmarks;

/**
 * Runs the benchmark that is named on the command line.
 */
public final class Benchmarks {

	/** What benchmarks start as a process of its own: distance to Redis. */
	static final String PROXY = "proxy";

	/** What benchmarks start as a process of its own: a JVM that contends for a key. */
	static final String CONTENDER = "contender";

	private Benchmarks() {
	}

	/**
	 * Run a benchmark and print its tables.
	 * @param args the name of the benchmark
	 * @throws Exception if it fails, and then the process ends with status 1
	 */
	public static void main(String[] args) throws Exception {
		Thread.currentThread().setUncaughtExceptionHandler((thread, ex) -> fail(args, ex));
		Report report = new Report(System.out);
		switch ((args.length > 0) ? args[0] : "") {
			case "uncontended" -> new UncontendedBenchmark(report).run();
			case "parallel" -> new ParallelBenchmark(report).run();
			case "contended" -> new ContendedBenchmark(report).run();
			case "jvms" -> new JvmsBenchmark(report).run();
			case "drain" -> new DrainBenchmark(report).run();
			case "renewal" -> new RenewalBenchmark(report).run();
			case "advice" -> new AdviceReport(report).run();
			case PROXY -> RedisUnderTest.runProxy(args[1], args[2], args[3]);
			case CONTENDER -> ContenderProcess.run(args[1], args[2], args[3]);
			default -> {
				System.err.println("Usage: java [-Drivals=ours,RLock] [-Drtt=600us] [-Dredis.url=redis://host:port] "
						+ "-jar benchmarks.jar uncontended|parallel|contended|jvms|drain|renewal|advice");
				System.err.println("Rivals: " + Rivals.NAMES);
				System.exit(2);
			}
		}
	}

	// Whatever rivals and their clients have started would keep the process alive.
	private static void fail(String[] args, Throwable ex) {
		ex.printStackTrace();
		if (args[0].equals(PROXY) || args[0].equals(CONTENDER)) {
			// The parent waits for an answer: no time for an orderly shutdown.
			Runtime.getRuntime().halt(1);
		}
		System.exit(1);
	}

}
