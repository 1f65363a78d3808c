package dev.distributedlock.backend.redis;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;

import org.redisson.api.RScript.Mode;
import org.redisson.api.RScript.ReturnType;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;

/**
 * Connects a lazy Redisson client. Such a client connects within its first command and
 * blocks the calling thread meanwhile, and again for every command until it succeeds;
 * callers of a store must not be blocked. So one thread makes the attempt, all commands
 * that come meanwhile share its outcome, and the next command after a failure starts the
 * next attempt. A client that connected when it was created has no use for this.
 */
final class FirstContact {

	private final RedissonClient client;

	private final AtomicReference<CompletableFuture<Void>> attempt = new AtomicReference<>();

	private volatile boolean made;

	FirstContact(RedissonClient client) {
		this.client = client;
		this.made = !client.getConfig().isLazyInitialization();
	}

	boolean isMade() {
		return this.made;
	}

	CompletionStage<Void> make() {
		CompletableFuture<Void> mine = new CompletableFuture<>();
		CompletableFuture<Void> running = this.attempt.compareAndExchange(null, mine);
		if (running != null) {
			return running;
		}
		Thread thread = new Thread(() -> connect(mine), "distributed-lock-redis-connect");
		thread.setDaemon(true);
		thread.start();
		return mine;
	}

	private void connect(CompletableFuture<Void> outcome) {
		try {
			if (!this.made) {
				this.client.getScript(StringCodec.INSTANCE).eval(Mode.READ_WRITE, "return 1", ReturnType.LONG);
				this.made = true;
			}
			this.attempt.set(null);
			outcome.complete(null);
		}
		catch (RuntimeException ex) {
			this.attempt.set(null);
			outcome.completeExceptionally(ex);
		}
	}

}
