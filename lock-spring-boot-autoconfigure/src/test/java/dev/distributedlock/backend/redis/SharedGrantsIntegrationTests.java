package dev.distributedlock.backend.redis;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import dev.distributedlock.LockBackendException;
import dev.distributedlock.LockKey;
import dev.distributedlock.LockRequest;
import dev.distributedlock.backend.AcquireCommand;
import dev.distributedlock.backend.AcquireResult.Acquired;
import dev.distributedlock.backend.AcquireResult.Denied;
import dev.distributedlock.testsupport.RedisServer;
import dev.distributedlock.testsupport.RedisVersion;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.redisson.api.RedissonClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * What happens to locks that several hold when something happens to Redis, and what they
 * cost.
 */
@ParameterizedClass
@EnumSource
class SharedGrantsIntegrationTests {

	private static final Duration LEASE = Duration.ofSeconds(60);

	private static final LockKey KEY = LockKey.of("orders", 42);

	private final RedisServer server;

	private final RedisStoreView store;

	private final RedissonClient client;

	private final RedissonLockBackend backend;

	SharedGrantsIntegrationTests(RedisVersion version) {
		version.assumePresent();
		this.server = RedisServer.start(version);
		this.store = new RedisStoreView(this.server, "lock");
		this.client = Clients.connect(this.server);
		this.backend = new RedissonLockBackend(this.client, "lock");
	}

	@AfterEach
	void disconnect() {
		this.backend.close();
		this.client.shutdown(0, 2, TimeUnit.SECONDS);
		this.server.close();
	}

	@Test
	void holdersKeepAndFreeTheirLockWhenMemoryIsFull() throws Exception {
		granted(reader("a", false));
		granted(reader("b", false));
		this.server.send("CONFIG", "SET", "maxmemory-policy", "noeviction");
		this.server.send("CONFIG", "SET", "maxmemory", "1");
		assertThatThrownBy(() -> get(this.backend.acquire(reader("c", false)))).cause()
			.isInstanceOf(LockBackendException.class)
			.hasMessageContaining("maxmemory");
		assertThat(get(this.backend.renew(KEY, "a", LEASE.multipliedBy(2)))).isTrue();
		assertThat(this.store.remaining(KEY).orElseThrow()).isGreaterThan(LEASE);
		assertThat(get(this.backend.acquire(reader("a", false)))).isInstanceOf(Acquired.class);
		assertThat(get(this.backend.release(KEY, "b"))).isTrue();
		assertThat(get(this.backend.release(KEY, "a"))).isTrue();
		assertThat(this.store.entries()).isEmpty();
	}

	@Test
	void tokensGoOnRisingWhenAllDataIsLostAndTheHoldersFindOut() throws Exception {
		granted(reader("a", false));
		long before = granted(reader("b", false)).token();
		this.server.send("FLUSHALL");
		assertThat(get(this.backend.renew(KEY, "a", LEASE))).isFalse();
		assertThat(granted(alone("writer", false)).token()).isGreaterThan(before);
		assertThat(get(this.backend.release(KEY, "b"))).isFalse();
		assertThat(get(this.backend.release(KEY, "writer"))).isTrue();
	}

	@Test
	void lossOfTheCounterAloneDoesNotKeepAnybodyFromAsking() throws Exception {
		long before = granted(reader("a", false)).token();
		this.server.send("DEL", new RedisKeys("lock").token(KEY));
		Denied denied = (Denied) get(this.backend.acquire(alone("writer", false)));
		assertThat(denied.lastToken()).isGreaterThan(before);
		assertThat(get(this.backend.release(KEY, "a"))).isTrue();
		assertThat(granted(alone("writer", false)).token()).isGreaterThan(denied.lastToken());
		assertThat(get(this.backend.release(KEY, "writer"))).isTrue();
	}

	@Test
	void waiterWhoseInstanceIsGoneDoesNotKeepReadersOutAtAll() throws Exception {
		granted(reader("holder", false));
		// Nobody subscribes to its channel.
		assertThat(get(this.backend.acquire(alone("dead", true)))).isInstanceOf(Denied.class);
		granted(reader("next", false));
		assertThat(get(this.backend.release(KEY, "holder"))).isTrue();
		assertThat(get(this.backend.release(KEY, "next"))).isTrue();
		assertThat(this.store.entries()).isEmpty();
	}

	@Test
	void keyOfAnotherApplicationIsRefusedAndNotTouched() {
		String name = new RedisKeys("lock").lock(KEY);
		this.server.send("HSET", name, "field", "mine");
		for (CompletionStage<?> answer : List.of(this.backend.acquire(reader("a", false)),
				this.backend.acquire(alone("a", false)), this.backend.renew(KEY, "a", LEASE),
				this.backend.release(KEY, "a"), this.backend.holder(KEY))) {
			assertThatThrownBy(() -> get(answer)).cause()
				.isInstanceOf(LockBackendException.class)
				.hasMessageContaining("choose another key prefix");
		}
		assertThat(this.server.send("HGET", name, "field")).isEqualTo("mine");
		assertThat(this.server.send("HLEN", name)).isEqualTo(1L);
	}

	@Test
	void manyReadersCostNoMoreThanFew() throws Exception {
		this.server.send("CONFIG", "SET", "slowlog-log-slower-than", "20000");
		for (int i = 0; i < 2000; i++) {
			granted(reader("reader-" + i, false));
		}
		this.server.send("CONFIG", "RESETSTAT");
		for (int i = 0; i < 2000; i++) {
			assertThat(get(this.backend.renew(KEY, "reader-" + i, LEASE))).isTrue();
		}
		assertThat(get(this.backend.acquire(alone("writer", false)))).isInstanceOf(Denied.class);
		for (int i = 0; i < 2000; i++) {
			assertThat(get(this.backend.release(KEY, "reader-" + i))).isTrue();
		}
		String stats = (String) this.server.send("INFO", "commandstats");
		assertThat(stats).as("no look at all of them").doesNotContain("cmdstat_hgetall");
		assertThat(this.store.entries()).isEmpty();
	}

	@Test
	void thousandsThatGiveUpTogetherDoNotHaveTheServerLookAtAllOfThem() throws Exception {
		granted(alone("holder", false));
		for (int i = 0; i < 2000; i++) {
			assertThat(get(this.backend.acquire(alone("waiter-" + i, true)))).isInstanceOf(Denied.class);
		}
		String queue = new RedisKeys("lock").queue(KEY);
		assertThat(this.server.send("ZCARD", queue)).isEqualTo(2000L);
		this.server.send("CONFIG", "RESETSTAT");
		for (int i = 1999; i >= 0; i--) {
			assertThat(get(this.backend.release(KEY, "waiter-" + i))).isFalse();
			assertThat(get(this.backend.release(KEY, "waiter-" + i))).as("a second look").isFalse();
		}
		assertThat((String) this.server.send("INFO", "commandstats")).doesNotContain("cmdstat_zrange:");
		assertThat(this.server.send("EXISTS", queue)).isEqualTo(0L);
		assertThat(get(this.backend.release(KEY, "holder"))).isTrue();
		assertThat(this.store.entries()).isEmpty();
	}

	@Test
	void releaseToVeryManyReadersIsDoneInPieces() {
		RedisKeys keys = new RedisKeys("lock");
		assertThat(attempt("holder", "", 1)).startsWith(1L);
		for (int i = 0; i < 900; i++) {
			assertThat(attempt("reader-" + i, "somebody", LockRequest.SHARED)).startsWith(0L);
		}
		assertThat(this.server.send("EVAL", LockScript.RELEASE.text(), "4", keys.lock(KEY), keys.token(KEY),
				keys.queue(KEY), keys.asked(KEY), "holder", KEY.value(), "0", ""))
			.isEqualTo(1L);
		assertThat(this.server.send("HLEN", keys.lock(KEY))).as("with the summary").isEqualTo(501L);
		assertThat(attempt("reader-899", "somebody", LockRequest.SHARED)).as("who asks brings it on").startsWith(1L);
		assertThat(this.server.send("HLEN", keys.lock(KEY))).isEqualTo(901L);
		assertThat(this.server.send("EXISTS", keys.queue(KEY))).isEqualTo(0L);
	}

	private List<Object> attempt(String owner, String channel, int maxHolders) {
		RedisKeys keys = new RedisKeys("lock");
		@SuppressWarnings("unchecked")
		List<Object> reply = (List<Object>) this.server.send("EVAL", LockScript.ACQUIRE.text(), "4", keys.lock(KEY),
				keys.token(KEY), keys.queue(KEY), keys.asked(KEY), owner, "30000", "test", channel, "1", KEY.value(),
				"0", "", "", Integer.toString(maxHolders));
		return reply;
	}

	private Acquired granted(AcquireCommand command) throws Exception {
		Object result = get(this.backend.acquire(command));
		assertThat(result).isInstanceOf(Acquired.class);
		return (Acquired) result;
	}

	private static AcquireCommand reader(String owner, boolean waiting) {
		return new AcquireCommand(KEY, owner, "instance", LEASE, waiting, 1,
				/* revocable= */ false, LockRequest.SHARED);
	}

	private static AcquireCommand alone(String owner, boolean waiting) {
		return new AcquireCommand(KEY, owner, "instance", LEASE, waiting);
	}

	private static <T> T get(CompletionStage<T> stage) throws InterruptedException, ExecutionException {
		try {
			return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
		}
		catch (TimeoutException ex) {
			throw new AssertionError("No answer", ex);
		}
	}

}
