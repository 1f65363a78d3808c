package dev.distributedlock.backend.redis;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

import org.redisson.api.RScript.ReturnType;
import org.redisson.client.codec.StringCodec;
import org.redisson.client.protocol.CommandData;
import org.redisson.client.protocol.RedisCommand;

/**
 * A script that is to be run once, and its reply.
 *
 * @param <R> the type of the reply
 */
final class ScriptCall<R> {

	private static final Map<ReturnType, RedisCommand<?>> BY_SHA1 = new EnumMap<>(ReturnType.class);

	static {
		for (ReturnType type : List.of(ReturnType.LONG, ReturnType.LIST)) {
			BY_SHA1.put(type, new RedisCommand<>(type.getCommand(), "EVALSHA"));
		}
	}

	private final LockScript script;

	private final ReturnType type;

	private final List<Object> keys;

	private final Object[] arguments;

	private final boolean asText;

	private final CompletableFuture<R> reply = new CompletableFuture<>();

	private ScriptCall(LockScript script, ReturnType type, List<Object> keys, Object[] arguments, boolean asText) {
		this.script = script;
		this.type = type;
		this.keys = keys;
		this.arguments = arguments;
		this.asText = asText;
	}

	/** A call by the SHA-1 of the script. */
	static <R> ScriptCall<R> of(LockScript script, ReturnType type, List<Object> keys, Object... arguments) {
		return new ScriptCall<>(script, type, keys, arguments, /* asText= */ false);
	}

	/** The same call again, with the text of the script. */
	ScriptCall<R> withText() {
		return new ScriptCall<>(this.script, this.type, this.keys, this.arguments,
				/* asText= */ true);
	}

	LockScript script() {
		return this.script;
	}

	ReturnType type() {
		return this.type;
	}

	List<Object> keys() {
		return this.keys;
	}

	Object[] arguments() {
		return this.arguments;
	}

	boolean isText() {
		return this.asText;
	}

	/** Completes when the server has answered, or when it is known that it will not. */
	CompletableFuture<R> reply() {
		return this.reply;
	}

	/**
	 * Whether the answer is that the server is a replica: a master that was demoted keeps
	 * its connections.
	 */
	boolean isRefusedByReplica() {
		if (!this.reply.isDone()) {
			return false;
		}
		if (this.reply.isCompletedExceptionally()) {
			return this.reply.handle((value, failure) -> RedisFailure.isReadOnly(failure)).join();
		}
		// each lock that is renewed has an answer of its own
		return this.script == LockScript.RENEW && this.reply.join() instanceof List<?> answers && answers.stream()
			.anyMatch((answer) -> answer instanceof String text && RedisFailure.isReadOnly(text));
	}

	/** What goes over a connection; its answer completes the reply. */
	CommandData<?, R> command(UnaryOperator<String> names) {
		Object[] parameters = new Object[2 + this.keys.size() + this.arguments.length];
		parameters[0] = this.asText ? this.script.text() : this.script.sha1();
		parameters[1] = this.keys.size();
		int next = 2;
		for (Object key : this.keys) {
			parameters[next++] = names.apply((String) key);
		}
		System.arraycopy(this.arguments, 0, parameters, next, this.arguments.length);
		RedisCommand<?> command = this.asText ? this.type.getCommand() : BY_SHA1.get(this.type);
		return new CommandData<>(this.reply, StringCodec.INSTANCE, command, parameters);
	}

}
