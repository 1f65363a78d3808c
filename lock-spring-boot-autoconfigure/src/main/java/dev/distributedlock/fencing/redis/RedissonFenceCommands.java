package dev.distributedlock.fencing.redis;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

import org.jspecify.annotations.Nullable;
import org.redisson.api.RScript;
import org.redisson.api.RedissonClient;
import org.redisson.api.options.OptionalOptions;
import org.redisson.client.RedisNoScriptException;
import org.redisson.client.codec.StringCodec;

/**
 * Scripts over Redisson, whatever its codec is: keys and values are plain text. Each is
 * sent once: to repeat a command whose answer was lost is up to the caller.
 */
public final class RedissonFenceCommands implements FenceCommands {

	private final RScript scripts;

	private final ConcurrentMap<String, String> digests = new ConcurrentHashMap<>();

	/**
	 * Create commands.
	 * @param client the client, which outlives this
	 */
	public RedissonFenceCommands(RedissonClient client) {
		this.scripts = client.getScript(OptionalOptions.defaults().codec(StringCodec.INSTANCE).retryAttempts(0));
	}

	@Override
	public List<@Nullable Object> run(String script, List<String> keys, List<String> arguments) {
		List<Object> all = new ArrayList<>(keys);
		Object[] values = arguments.toArray();
		String digest = this.digests.computeIfAbsent(script, RedissonFenceCommands::sha1);
		try {
			return this.scripts.evalSha(RScript.Mode.READ_WRITE, digest, RScript.ReturnType.LIST, all, values);
		}
		catch (RedisNoScriptException ex) {
			// The first time on this node.
			return this.scripts.eval(RScript.Mode.READ_WRITE, script, RScript.ReturnType.LIST, all, values);
		}
	}

	private static String sha1(String text) {
		try {
			byte[] digest = MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
			return HexFormat.of().formatHex(digest);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform has SHA-1", ex);
		}
	}

}
