package dev.distributedlock.backend.redis;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

import dev.distributedlock.LockHolder;
import dev.distributedlock.LockKey;
import dev.distributedlock.backend.AcquireCommand;
import dev.distributedlock.backend.AcquireResult;
import dev.distributedlock.backend.BackendProbe;
import dev.distributedlock.backend.BatchRenewals;
import dev.distributedlock.backend.HolderLookup;
import dev.distributedlock.backend.LockBackend;
import dev.distributedlock.backend.RenewCommand;
import dev.distributedlock.backend.SharedGrants;
import dev.distributedlock.backend.Ticker;
import dev.distributedlock.backend.WaitQueue;
import org.redisson.api.RedissonClient;

/**
 * The store on Redis or Valkey, through a Redisson client: single server, Sentinel,
 * master with replicas, or cluster, as the client is configured. The package description
 * says what it writes, what it guarantees and what it does not.
 * <p>
 * Every command is sent once, whatever retries the client is configured with: to repeat
 * is up to the caller. {@linkplain #close() Closing} ends the subscription to grants; the
 * client belongs to whoever made it and stays open. Thread-safe.
 */
public final class RedissonLockBackend
		implements LockBackend, SharedGrants, BatchRenewals, WaitQueue, HolderLookup, BackendProbe, AutoCloseable {

	private static final long CLOSE_TIMEOUT_SECONDS = 2;

	private final RedisKeys keys;

	private final ScriptRunner scripts;

	private final Renewals renewals;

	private final Grants grants;

	private final String trusted;

	private final Places places = new Places(Ticker.system());

	private final ServerFacts facts = new ServerFacts();

	/**
	 * Create a store. Does not talk to Redis.
	 * @param client the client to use, with any codec
	 * @param keyPrefix what the names of all keys and channels start with; applications
	 * that share it share their locks
	 */
	public RedissonLockBackend(RedissonClient client, String keyPrefix) {
		Objects.requireNonNull(client, "'client' must not be null");
		this.keys = new RedisKeys(keyPrefix);
		FirstContact contact = new FirstContact(client);
		this.scripts = new ScriptRunner(client, contact);
		this.renewals = new Renewals(this.keys, this.scripts);
		this.grants = new Grants(client, contact, this.keys);
		// Elsewhere subscribers may be connected to another node than the one that
		// counts.
		this.trusted = client.getConfig().isSingleConfig() ? "1" : "0";
	}

	@Override
	public String name() {
		return "redis";
	}

	@Override
	public CompletionStage<AcquireResult> acquire(AcquireCommand command) {
		return attempt("", command).thenApply(RedissonLockBackend::result);
	}

	@Override
	public CompletionStage<Exchange> exchange(String previous, AcquireCommand next) {
		return attempt(previous, next).thenApply((reply) -> new Exchange((Long) reply.get(1) == 1, result(reply)));
	}

	private CompletionStage<List<Object>> attempt(String previous, AcquireCommand command) {
		AtomicReference<List<String>> sent = new AtomicReference<>(List.of());
		String lease = millis(command.lease());
		return this.scripts.list(LockScript.ACQUIRE, keys(command.key()), () -> {
			List<String> arguments = List.of(command.owner(), lease, command.instance().replace('\n', ' '),
					channel(command, command.waiting()), Integer.toString(command.tokens()), command.key().value(),
					this.trusted, previous, channel(command, command.revocable()),
					Integer.toString(command.maxHolders()));
			sent.set(arguments);
			return arguments.toArray();
		}).whenComplete((reply, failure) -> {
			List<String> arguments = Objects.requireNonNull(sent.get());
			if (command.waiting() && !arguments.isEmpty() && (reply == null || (Long) reply.get(0) == 0)) {
				this.places.seen(command.owner(), place(arguments));
			}
		});
	}

	/** The place that an attempt with these arguments has in the queue. */
	private static String place(List<String> arguments) {
		return String.join("\n", arguments.get(0), arguments.get(3), arguments.get(1), arguments.get(4),
				arguments.get(8).isEmpty() ? "0" : "1", arguments.get(9), arguments.get(2));
	}

	private String channel(AcquireCommand command, boolean wanted) {
		return wanted ? this.grants.channel(command.key()) : "";
	}

	private List<Object> keys(LockKey key) {
		return List.of(this.keys.lock(key), this.keys.token(key), this.keys.queue(key), this.keys.asked(key));
	}

	@Override
	public CompletionStage<Boolean> renew(LockKey key, String owner, Duration lease) {
		return renewAll(List.of(new RenewCommand(key, owner, lease))).get(0);
	}

	@Override
	public CompletionStage<Boolean> release(LockKey key, String owner) {
		return this.scripts.test(LockScript.RELEASE, keys(key), owner, key.value(), this.trusted,
				this.places.of(owner));
	}

	@Override
	public Subscription subscribe(Listener listener) {
		return this.grants.subscribe(Objects.requireNonNull(listener, "'listener' must not be null"));
	}

	@Override
	public CompletionStage<Optional<LockHolder>> holder(LockKey key) {
		return this.scripts.list(LockScript.HOLDER, List.of(this.keys.lock(key)))
			.thenApply((reply) -> reply.isEmpty() ? Optional.empty() : Optional.of(holder(reply, 0)));
	}

	@Override
	public CompletionStage<Map<String, Object>> probe() {
		return this.scripts.list(LockScript.PROBE, List.of(this.keys.probe()), this.facts.wanted() ? "1" : "0")
			.thenApply(this.facts::read);
	}

	@Override
	public List<CompletionStage<Boolean>> renewAll(List<RenewCommand> commands) {
		return this.renewals.renew(commands);
	}

	/**
	 * End the subscription to grants, waiting for at most two seconds, and return the
	 * connections that were taken out of the client's pool.
	 */
	@Override
	public void close() {
		this.scripts.close();
		try {
			this.grants.close().toCompletableFuture().get(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (ExecutionException | TimeoutException ex) {
			// the server ends the subscription with the connection
		}
	}

	private static AcquireResult result(List<Object> reply) {
		if ((Long) reply.get(0) == 1) {
			return new AcquireResult.Acquired(Long.parseLong((String) reply.get(2)),
					Long.parseLong((String) reply.get(3)), (Long) reply.get(4) == 1);
		}
		return new AcquireResult.Denied(holder(reply, 2), Long.parseLong((String) reply.get(7)));
	}

	private static LockHolder holder(List<Object> reply, int from) {
		String instance = (String) reply.get(from);
		long token = Long.parseLong((String) reply.get(from + 1));
		long heldForMicros = Math.max(0, (Long) reply.get(from + 2));
		long remainingMillis = Math.max(0, (Long) reply.get(from + 3));
		return new LockHolder(instance, token, Duration.ofNanos(TimeUnit.MICROSECONDS.toNanos(heldForMicros)),
				Duration.ofMillis(remainingMillis), Math.toIntExact((Long) reply.get(from + 4)));
	}

	static String millis(Duration lease) {
		long millis = lease.toMillis();
		if (millis < 1) {
			throw new IllegalArgumentException("'lease' must be at least 1 ms but was " + lease);
		}
		return Long.toString(millis);
	}

}
