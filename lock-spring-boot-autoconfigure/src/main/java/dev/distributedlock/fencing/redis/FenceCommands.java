package dev.distributedlock.fencing.redis;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * How a {@link RedisFencingGuard} reaches Redis.
 */
@FunctionalInterface
public interface FenceCommands {

	/**
	 * Run a script on the master.
	 * @param script the text, always the same
	 * @param keys its keys, all of one slot
	 * @param arguments its arguments
	 * @return what the script returned: numbers as {@link Long}, texts as {@link String}
	 * @throws RuntimeException what the client throws if Redis failed
	 */
	List<@Nullable Object> run(String script, List<String> keys, List<String> arguments);

}
