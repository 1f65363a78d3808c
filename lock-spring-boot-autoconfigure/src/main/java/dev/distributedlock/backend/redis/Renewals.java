package dev.distributedlock.backend.redis;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

import dev.distributedlock.LockBackendException;
import dev.distributedlock.LockKey;
import dev.distributedlock.backend.RenewCommand;
import org.jspecify.annotations.Nullable;
import org.redisson.client.RedisException;

/**
 * Renews many locks with few scripts. In a cluster a script has the keys of one bucket,
 * elsewhere it may have any; the scripts to one node travel in one piece.
 */
final class Renewals {

	/** Keeps Redis busy for a few milliseconds, in which it does nothing else. */
	static final int LARGEST = 1000;

	private final RedisKeys keys;

	private final ScriptRunner scripts;

	// a proxy may spread keys over servers although the client does not know
	private volatile boolean byBucket;

	Renewals(RedisKeys keys, ScriptRunner scripts) {
		this.keys = keys;
		this.scripts = scripts;
	}

	List<CompletionStage<Boolean>> renew(List<RenewCommand> commands) {
		List<CompletableFuture<Boolean>> answers = new ArrayList<>(commands.size());
		List<Renewal> all = new ArrayList<>(commands.size());
		for (RenewCommand command : commands) {
			CompletableFuture<Boolean> answer = new CompletableFuture<>();
			answers.add(answer);
			all.add(new Renewal(command, answer));
		}
		send(all);
		return List.copyOf(answers);
	}

	private void send(List<Renewal> renewals) {
		if (this.byBucket || this.scripts.isCluster()) {
			Map<String, List<Renewal>> buckets = new LinkedHashMap<>();
			for (Renewal renewal : renewals) {
				buckets.computeIfAbsent(this.keys.token(renewal.key()), (bucket) -> new ArrayList<>()).add(renewal);
			}
			buckets.values().forEach(this::sendEvenly);
		}
		else {
			sendEvenly(renewals);
		}
	}

	private void sendEvenly(List<Renewal> renewals) {
		int parts = (renewals.size() + LARGEST - 1) / LARGEST;
		for (int part = 0; part < parts; part++) {
			List<Renewal> some = renewals.subList((int) ((long) renewals.size() * part / parts),
					(int) ((long) renewals.size() * (part + 1) / parts));
			sendScript(some);
		}
	}

	private void sendScript(List<Renewal> renewals) {
		List<Object> locks = new ArrayList<>(renewals.size());
		Object[] arguments = new Object[2 * renewals.size()];
		for (int i = 0; i < renewals.size(); i++) {
			RenewCommand command = renewals.get(i).command;
			locks.add(this.keys.lock(command.key()));
			arguments[2 * i] = command.owner();
			arguments[2 * i + 1] = RedissonLockBackend.millis(command.lease());
		}
		this.scripts.list(LockScript.RENEW, locks, arguments)
			.whenComplete((reply, failure) -> onReply(renewals, reply, failure));
	}

	private void onReply(List<Renewal> renewals, @Nullable List<Object> reply, @Nullable Throwable failure) {
		if (reply != null) {
			for (int i = 0; i < renewals.size(); i++) {
				renewals.get(i).answer(reply.get(i));
			}
		}
		else if (failure != null && !this.byBucket && isCrossSlot(failure)) {
			this.byBucket = true;
			send(renewals);
		}
		else {
			renewals.forEach((renewal) -> renewal.fail(failure));
		}
	}

	private static boolean isCrossSlot(Throwable failure) {
		String message = String.valueOf(failure.getMessage());
		return message.contains("CROSSSLOT");
	}

	private record Renewal(RenewCommand command, CompletableFuture<Boolean> outcome) {

		private LockKey key() {
			return this.command.key();
		}

		private void answer(Object reply) {
			if (reply instanceof Long renewed) {
				this.outcome.complete(renewed == 1);
			}
			else {
				fail(new RedisException((String) reply));
			}
		}

		private void fail(@Nullable Throwable failure) {
			Throwable cause = (failure instanceof CompletionException && failure.getCause() != null)
					? failure.getCause() : failure;
			LockBackendException known = (cause != null) ? RedisFailure.of(LockScript.RENEW.action(), cause)
					: new LockBackendException("Redis answered nothing", null,
							/* retryable= */ true);
			this.outcome.completeExceptionally(known);
		}

	}

}
