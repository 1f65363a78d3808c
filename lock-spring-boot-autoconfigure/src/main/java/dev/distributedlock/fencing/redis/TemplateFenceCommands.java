package dev.distributedlock.fencing.redis;

import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.script.DefaultRedisScript;

/**
 * Scripts over Spring Data Redis.
 */
public final class TemplateFenceCommands implements FenceCommands {

	private final StringRedisTemplate template;

	/**
	 * Create commands.
	 * @param template the template, which must not be in the middle of a transaction or
	 * pipeline: its answers would come too late
	 */
	public TemplateFenceCommands(StringRedisTemplate template) {
		this.template = Objects.requireNonNull(template, "'template' must not be null");
	}

	@Override
	@SuppressWarnings("unchecked")
	public List<@Nullable Object> run(String script, List<String> keys, List<String> arguments) {
		List<@Nullable Object> answer = this.template.execute(new DefaultRedisScript<>(script, List.class), keys,
				arguments.toArray());
		return Objects.requireNonNull(answer, "Redis gave no answer: is the template in a transaction or pipeline?");
	}

}
