package dev.distributedlock.benchmarks;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.distributedlock.testsupport.RespClient;

/**
 * Reads what Redis says of itself.
 */
final class RedisMeter implements AutoCloseable {

	private final RespClient client;

	RedisMeter(RedisUnderTest redis) {
		this.client = redis.connect();
	}

	Reading read() {
		String info = String.valueOf(this.client.send("INFO", "all"));
		return new Reading((number(info, "used_cpu_user") + number(info, "used_cpu_sys")) * 1e6,
				number(info, "total_commands_processed"));
	}

	private static double number(String info, String name) {
		Matcher matcher = Pattern.compile("(?m)^" + name + ":([0-9.]+)").matcher(info);
		if (!matcher.find()) {
			throw new IllegalStateException("Redis does not tell '" + name + "'");
		}
		return Double.parseDouble(matcher.group(1));
	}

	@Override
	public void close() {
		this.client.close();
	}

	/**
	 * What Redis has done since it started.
	 *
	 * @param cpuMicros processor time
	 * @param commands commands executed, those in scripts included
	 */
	record Reading(double cpuMicros, double commands) {

		Reading since(Reading earlier) {
			return new Reading(this.cpuMicros - earlier.cpuMicros, this.commands - earlier.commands);
		}

		@Override
		public String toString() {
			return String.format(Locale.ROOT, "%.0f commands in %.0f µs", this.commands, this.cpuMicros);
		}

	}

}
