package dev.distributedlock.backend.redis;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.redisson.api.RScript;
import org.redisson.api.RScript.Mode;
import org.redisson.api.RScript.ReturnType;
import org.redisson.api.RedissonClient;
import org.redisson.api.options.OptionalOptions;
import org.redisson.client.RedisNoScriptException;
import org.redisson.client.RedisRedirectException;
import org.redisson.client.codec.StringCodec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs scripts by their SHA-1, and by their text where the server does not know them
 * (yet, or any more). All run on the master: a replica does not know who holds a lock.
 * <p>
 * They go over {@linkplain NodeLanes lanes} if the client can have them. A key that has
 * moved to another node is followed by Redisson's own means, which are also used if there
 * are no lanes.
 * <p>
 * A command is sent once. Redisson would repeat it for many seconds, long after the
 * engine has given up and cleaned up; when to repeat is the engine's to decide.
 */
final class ScriptRunner {

	private static final Logger logger = LoggerFactory.getLogger(ScriptRunner.class);

	private final RScript scripts;

	private final FirstContact contact;

	private volatile @Nullable NodeLanes lanes;

	ScriptRunner(RedissonClient client, FirstContact contact) {
		this.scripts = client.getScript(OptionalOptions.defaults().codec(StringCodec.INSTANCE).retryAttempts(0));
		this.contact = contact;
		this.lanes = lanes(client);
	}

	CompletionStage<Boolean> test(LockScript script, List<Object> keys, Object... arguments) {
		CompletionStage<Long> reply = run(script, () -> ScriptCall.of(script, ReturnType.LONG, keys, arguments));
		return reply.thenApply((value) -> value == 1);
	}

	CompletionStage<List<Object>> list(LockScript script, List<Object> keys, Object... arguments) {
		return list(script, keys, () -> arguments);
	}

	/** Run a script whose arguments depend on what the first contact has found out. */
	CompletionStage<List<Object>> list(LockScript script, List<Object> keys, Supplier<Object[]> arguments) {
		return run(script, () -> ScriptCall.of(script, ReturnType.LIST, keys, arguments.get()));
	}

	/** Whether all keys of a script must be of one slot. */
	boolean isCluster() {
		NodeLanes current = this.lanes;
		return current == null || current.isCluster();
	}

	/** Give connections back; what is run from now on goes without lanes. */
	void close() {
		NodeLanes current = this.lanes;
		if (current != null) {
			current.close();
		}
	}

	private <R> CompletionStage<R> run(LockScript script, Supplier<ScriptCall<R>> call) {
		CompletionStage<R> reply = this.contact.isMade() ? follow(call.get())
				: this.contact.make().thenCompose((made) -> follow(call.get()));
		return reply.exceptionally((ex) -> {
			throw RedisFailure.of(script.action(), ex);
		});
	}

	private <R> CompletionStage<R> follow(ScriptCall<R> call) {
		return send(call).exceptionallyCompose((ex) -> again(call, ex));
	}

	private <R> CompletionStage<R> send(ScriptCall<R> call) {
		try {
			NodeLanes current = this.lanes;
			CommandLane lane = (current != null)
					? current.lane((String) call.keys().get(0), call.script() == LockScript.RENEW) : null;
			if (lane == null) {
				return sendAlone(call);
			}
			lane.send(call);
			return call.reply();
		}
		catch (RuntimeException | LinkageError ex) {
			return CompletableFuture.failedStage(ex);
		}
	}

	private <R> CompletionStage<R> again(ScriptCall<R> call, Throwable failure) {
		Throwable cause = (failure instanceof CompletionException && failure.getCause() != null) ? failure.getCause()
				: failure;
		if (cause instanceof RedisNoScriptException && !call.isText()) {
			ScriptCall<R> full = call.withText();
			return send(full).exceptionallyCompose((ex) -> again(full, ex));
		}
		if (cause instanceof LinkageError unknown) {
			NodeLanes current = this.lanes;
			if (current != null) {
				this.lanes = null;
				warn(unknown);
				current.close();
			}
			return sendAlone(call.withText());
		}
		return (cause instanceof RedisRedirectException) ? sendAlone(call.withText())
				: CompletableFuture.failedStage(cause);
	}

	private <R> CompletionStage<R> sendAlone(ScriptCall<R> call) {
		return call.isText()
				? this.scripts.evalAsync(Mode.READ_WRITE, call.script().text(), call.type(), call.keys(),
						call.arguments())
				: this.scripts.evalShaAsync(Mode.READ_WRITE, call.script().sha1(), call.type(), call.keys(),
						call.arguments());
	}

	private static @Nullable NodeLanes lanes(RedissonClient client) {
		try {
			return NodeLanes.of(client);
		}
		catch (LinkageError ex) {
			warn(ex);
			return null;
		}
	}

	// lanes use parts of Redisson that are not its API
	private static void warn(LinkageError ex) {
		logger.warn("This version of Redisson is not known, commands to Redis go out one by one: {}", ex.toString());
	}

}
