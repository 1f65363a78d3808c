package dev.distributedlock.benchmarks;

import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

import dev.distributedlock.testsupport.RespClient;
import org.jspecify.annotations.Nullable;

/**
 * Tells commands that clients send from those that scripts call, which no counter of
 * Redis does. It slows Redis down, so nobody takes the time meanwhile.
 */
final class CommandMonitor implements AutoCloseable {

	private static final String END = "end-of-monitor";

	private final RespClient monitor;

	private final RespClient control;

	// Written by the reader, read when it has ended.
	private final Map<String, Long> sent = new TreeMap<>();

	private final Thread reader = new Thread(this::readAll, "command-monitor");

	private long executed;

	CommandMonitor(RedisUnderTest redis) {
		this.control = redis.connect();
		this.monitor = redis.connect();
		this.monitor.send("MONITOR");
		this.reader.setDaemon(true);
		this.reader.start();
	}

	/**
	 * Stop, and return what was seen.
	 * @return the commands; without PINGs, by which idle clients keep their connections
	 */
	Count stop() throws InterruptedException {
		this.control.send("ECHO", END);
		this.reader.join(TimeUnit.SECONDS.toMillis(30));
		if (this.reader.isAlive()) {
			throw new IllegalStateException("Redis does not keep up with MONITOR");
		}
		return new Count(this.sent, this.executed);
	}

	private void readAll() {
		try {
			while (true) {
				String line = String.valueOf(this.monitor.read());
				if (line.contains(END)) {
					return;
				}
				count(line);
			}
		}
		catch (IOException ex) {
			// closed
		}
	}

	private void count(String line) {
		Line parsed = Line.parse(line);
		if (parsed == null || parsed.command().equals("ping")) {
			return;
		}
		this.executed++;
		if (!parsed.inScript()) {
			this.sent.merge(parsed.command(), 1L, Long::sum);
		}
	}

	@Override
	public void close() {
		this.control.close();
		this.monitor.close();
	}

	/**
	 * Commands seen.
	 *
	 * @param sent how often clients sent which
	 * @param executed how many ran, those in scripts included
	 */
	record Count(Map<String, Long> sent, long executed) {

		double sentPer(double operations) {
			return this.sent.values().stream().mapToLong(Long::longValue).sum() / operations;
		}

		double executedPer(double operations) {
			return this.executed / operations;
		}

		/** The names of those that matter, the most frequent first. */
		String names(double operations) {
			StringBuilder names = new StringBuilder();
			this.sent.entrySet()
				.stream()
				.filter((entry) -> entry.getValue() >= operations / 1000)
				.sorted(Map.Entry.<String, Long>comparingByValue().reversed())
				.forEach((entry) -> names.append(names.isEmpty() ? "" : ", ")
					.append(entry.getKey())
					.append(' ')
					.append(Report.number(entry.getValue() / operations)));
			return names.isEmpty() ? "-" : names.toString();
		}

	}

	/**
	 * A line such as {@code 1700000000.123456 [0 127.0.0.1:50000] "GET" "key"}, with
	 * {@code lua} for the address of what a script calls.
	 *
	 * @param inScript whether a script called it
	 * @param command the name of the command, in lower case
	 */
	record Line(boolean inScript, String command) {

		static @Nullable Line parse(String line) {
			int address = line.indexOf('[');
			int end = line.indexOf("] \"", address);
			int quote = line.indexOf('"', end + 3);
			if (address < 0 || end < 0 || quote < 0) {
				return null;
			}
			return new Line(line.substring(address, end).endsWith(" lua"),
					line.substring(end + 3, quote).toLowerCase(Locale.ROOT));
		}

	}

}
