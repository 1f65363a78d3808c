package dev.distributedlock.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * One of the JVMs that contend for a key: its side of the conversation with
 * {@link JvmsBenchmark}. Told {@code rival start end}, it answers with a {@link Tally}.
 */
final class ContenderProcess {

	static final String KEY = "order";

	private ContenderProcess() {
	}

	/**
	 * Contend as told, until standard input ends.
	 * @param url where Redis is
	 * @param number the number of this JVM, from 1
	 * @param file the section that the JVMs share
	 * @throws IOException if the parent cannot be heard
	 */
	static void run(String url, String number, String file) throws IOException {
		Rivals rivals = Rivals.open(url, JvmsBenchmark.RIVALS);
		Contention contention = new Contention(JvmsBenchmark.threads(), Integer.parseInt(number),
				Section.inFile(Path.of(file)), JvmsBenchmark.length());
		ExecutorService executor = Executors.newSingleThreadExecutor();
		ChildProcess.tellParent("ready");
		BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		for (String line = in.readLine(); line != null; line = in.readLine()) {
			String[] words = line.split(" ", -1);
			Future<?> ignored = executor.submit(() -> compete(rivals, contention, words));
		}
		// The parent is gone, and whoever still waits for a lock waits for nobody.
		Runtime.getRuntime().halt(0);
	}

	private static void compete(Rivals rivals, Contention contention, String[] words) {
		try {
			Rival rival = rivals.find(words[0]);
			if (rival == null) {
				throw new IllegalArgumentException(words[0]);
			}
			ChildProcess
				.tellParent(contention.run(rival, KEY, Long.parseLong(words[1]), Long.parseLong(words[2])).toLine());
		}
		catch (InterruptedException | RuntimeException ex) {
			ex.printStackTrace();
			Runtime.getRuntime().halt(1);
		}
	}

}
