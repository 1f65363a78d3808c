package dev.distributedlock.fencing.redis;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

import org.jspecify.annotations.Nullable;

import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.script.DefaultRedisScript;
import org.springframework.data.redis.core.script.RedisScript;

/**
 * Scripts over Spring Data Redis.
 */
public final class TemplateFenceCommands implements FenceCommands {

	private final StringRedisTemplate template;

	// With the digests of their texts.
	private final ConcurrentMap<String, RedisScript<List<@Nullable Object>>> scripts = new ConcurrentHashMap<>();

	/**
	 * Create commands.
	 * @param template the template, which must not be in the middle of a transaction or
	 * pipeline: its answers would come too late
	 */
	public TemplateFenceCommands(StringRedisTemplate template) {
		this.template = Objects.requireNonNull(template, "'template' must not be null");
	}

	@Override
	public List<@Nullable Object> run(String script, List<String> keys, List<String> arguments) {
		List<@Nullable Object> answer = this.template
			.execute(this.scripts.computeIfAbsent(script, TemplateFenceCommands::scriptOf), keys, arguments.toArray());
		return Objects.requireNonNull(answer, "Redis gave no answer: is the template in a transaction or pipeline?");
	}

	@SuppressWarnings({ "unchecked", "rawtypes" })
	private static RedisScript<List<@Nullable Object>> scriptOf(String text) {
		return (RedisScript) new DefaultRedisScript<>(text, List.class);
	}

}
