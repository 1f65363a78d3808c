package dev.distributedlock.backend.redis;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

import org.redisson.api.RScript;
import org.redisson.api.RScript.Mode;
import org.redisson.api.RScript.ReturnType;
import org.redisson.api.RedissonClient;
import org.redisson.api.options.OptionalOptions;
import org.redisson.client.RedisNoScriptException;
import org.redisson.client.codec.StringCodec;

/**
 * Runs scripts by their SHA-1, and by their text where the server does not know them
 * (yet, or any more). All run on the master: a replica does not know who holds a lock.
 * <p>
 * A command is sent once. Redisson would repeat it for many seconds, long after the
 * engine has given up and cleaned up; when to repeat is the engine's to decide.
 */
final class ScriptRunner {

	private final RScript scripts;

	private final FirstContact contact;

	ScriptRunner(RedissonClient client, FirstContact contact) {
		this.scripts = client.getScript(OptionalOptions.defaults().codec(StringCodec.INSTANCE).retryAttempts(0));
		this.contact = contact;
	}

	CompletionStage<Boolean> test(LockScript script, List<Object> keys, Object... arguments) {
		CompletionStage<Long> reply = run(script, ReturnType.LONG, keys, arguments);
		return reply.thenApply((value) -> value == 1);
	}

	CompletionStage<List<Object>> list(LockScript script, List<Object> keys, Object... arguments) {
		return run(script, ReturnType.LIST, keys, arguments);
	}

	private <R> CompletionStage<R> run(LockScript script, ReturnType type, List<Object> keys, Object... arguments) {
		CompletionStage<R> reply = this.contact.isMade() ? send(script, type, keys, arguments)
				: this.contact.make().thenCompose((made) -> send(script, type, keys, arguments));
		return reply.exceptionallyCompose((ex) -> retryWithText(script, type, keys, arguments, ex))
			.exceptionally((ex) -> {
				throw RedisFailure.of(script.action(), ex);
			});
	}

	private <R> CompletionStage<R> send(LockScript script, ReturnType type, List<Object> keys, Object... arguments) {
		try {
			return this.scripts.evalShaAsync(Mode.READ_WRITE, script.sha1(), type, keys, arguments);
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedStage(ex);
		}
	}

	private <R> CompletionStage<R> retryWithText(LockScript script, ReturnType type, List<Object> keys,
			Object[] arguments, Throwable failure) {
		Throwable cause = (failure instanceof CompletionException && failure.getCause() != null) ? failure.getCause()
				: failure;
		if (!(cause instanceof RedisNoScriptException)) {
			return CompletableFuture.failedStage(cause);
		}
		return this.scripts.evalAsync(Mode.READ_WRITE, script.text(), type, keys, arguments);
	}

}
