package dev.distributedlock.fencing.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import dev.distributedlock.StaleTokenException;
import dev.distributedlock.fencing.FencingGuard;
import dev.distributedlock.fencing.FencingToken;
import org.jspecify.annotations.Nullable;

/**
 * Refuses stale holders that write to Redis.
 *
 * <pre>{@code
 * FencingToken token = FencingToken.current();
 * String left = (String) guard.execute(token, "GET", "stock:tea");
 * guard.execute(token, "SET", "stock:tea", String.valueOf(Integer.parseInt(left) - 1));
 * }</pre>
 * <p>
 * <strong>Guarantee.</strong> {@link #execute} compares the token and runs the command in
 * one script, on the node that has the key. Once it has run for a holder, a smaller token
 * is refused there, so read the key this way before writing it. The largest token is kept
 * in a key of the same slot: it goes to replicas, moves and is lost together with what it
 * guards. It is forgotten when nobody has written for the retention, which must be longer
 * than any process can be paused.
 * <p>
 * What is not covered: commands that are sent past the guard; other keys (each slot has a
 * largest token of its own); {@link #check} alone, which remembers a token but is no one
 * step with whatever comes after it.
 * <p>
 * Thread-safe.
 */
public final class RedisFencingGuard implements FencingGuard {

	/** How long a token is remembered, unless another time is given. */
	public static final Duration DEFAULT_RETENTION = Duration.ofDays(7);

	private final FenceCommands commands;

	private final String prefix;

	private final String retentionMillis;

	/**
	 * Create a guard.
	 * @param commands how to reach Redis
	 * @param prefix what the keys of the guard start with, without braces
	 * @param retention how long the largest token is remembered after the last use
	 */
	public RedisFencingGuard(FenceCommands commands, String prefix, Duration retention) {
		this.commands = Objects.requireNonNull(commands, "'commands' must not be null");
		if (prefix.isBlank() || prefix.indexOf('{') >= 0 || prefix.indexOf('}') >= 0) {
			throw new IllegalArgumentException(
					"'prefix' must not be blank nor contain braces but was '" + prefix + "'");
		}
		if (retention.toMillis() <= 0) {
			throw new IllegalArgumentException("'retention' must be positive but was " + retention);
		}
		this.prefix = prefix;
		this.retentionMillis = Long.toString(retention.toMillis());
	}

	/**
	 * {@inheritDoc}
	 * @throws RuntimeException what the client throws if Redis failed
	 */
	@Override
	public void check(FencingToken token) {
		run(token, List.of(fence(token.key().value(), token)), List.of());
	}

	/**
	 * Run a command unless a larger token of the same lock has been seen at its key.
	 * @param token the token of who reads or writes
	 * @param command a command that has one key as its first argument, such as
	 * {@code SET}, {@code HSET}, {@code INCRBY}, {@code DEL} or {@code GET}
	 * @param key the key
	 * @param arguments what comes after the key
	 * @return the answer: a {@link Long}, {@link String}, list of these, or {@code null}
	 * @throws StaleTokenException if a larger one has been seen; the command was not run
	 * @throws RuntimeException what the client throws if Redis failed; whether the
	 * command was run is not known then
	 */
	public @Nullable Object execute(FencingToken token, String command, String key, String... arguments) {
		List<String> call = new ArrayList<>(List.of(command));
		call.addAll(List.of(arguments));
		List<@Nullable Object> answer = run(token, List.of(fence(key, token), key), call);
		return (answer.size() > 1) ? answer.get(1) : null;
	}

	private List<@Nullable Object> run(FencingToken token, List<String> keys, List<String> call) {
		List<String> arguments = new ArrayList<>(List.of(Long.toString(token.value()), this.retentionMillis));
		arguments.addAll(call);
		List<@Nullable Object> answer = this.commands.run(FenceScript.TEXT, keys, arguments);
		if (Long.valueOf(0).equals(answer.get(0))) {
			throw token.refusedBy("Redis", Long.parseLong(String.valueOf(answer.get(1))));
		}
		return answer;
	}

	/**
	 * The name of the largest token of a lock, in the slot of the key that is written.
	 */
	private String fence(String key, FencingToken token) {
		return this.prefix + ":fence:{" + tag(key) + "}:" + token.key().value();
	}

	/**
	 * What Redis Cluster makes the slot of: the first braces, if there is something in
	 * them.
	 */
	private static String tag(String key) {
		int open = key.indexOf('{');
		int close = key.indexOf('}', open + 1);
		if (open >= 0 && close > open + 1) {
			return key.substring(open + 1, close);
		}
		if (key.indexOf('}') >= 0) {
			throw new IllegalArgumentException("A key with a closing brace needs a hash tag to be guarded, but '" + key
					+ "' has none: no other key can be put into its slot");
		}
		return key;
	}

}
