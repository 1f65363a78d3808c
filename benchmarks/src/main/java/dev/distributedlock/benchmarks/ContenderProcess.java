package dev.distributedlock.benchmarks;

import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;

/**
 * One of the JVMs that contend for a key: its side of the conversation with
 * {@link JvmsBenchmark}. Told {@code rival start end}, it answers with a {@link Tally}.
 */
final class ContenderProcess {

	static final String KEY = "order";

	private ContenderProcess() {
	}

	/**
	 * Contend as told, until the parent ends.
	 * @param url where Redis is
	 * @param number the number of this JVM, from 1
	 * @param file the section that the JVMs share
	 * @throws InterruptedException if interrupted
	 */
	static void run(String url, String number, String file) throws InterruptedException {
		BlockingQueue<String> orders = ChildProcess.hearParent();
		try (Rivals rivals = Rivals.open(url, JvmsBenchmark.RIVALS);
				Contention contention = new Contention(JvmsBenchmark.threads(), Integer.parseInt(number),
						Section.inFile(Path.of(file)), JvmsBenchmark.length())) {
			ChildProcess.tellParent("ready");
			while (true) {
				String[] order = orders.take().split(" ", -1);
				Rival rival = Objects.requireNonNull(rivals.find(order[0]), order[0]);
				Tally tally = contention.run(rival, KEY, Long.parseLong(order[1]), Long.parseLong(order[2]));
				ChildProcess.tellParent(tally.toLine());
			}
		}
	}

}
