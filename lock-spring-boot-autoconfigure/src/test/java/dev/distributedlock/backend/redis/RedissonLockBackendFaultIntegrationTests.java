package dev.distributedlock.backend.redis;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import dev.distributedlock.LockBackendException;
import dev.distributedlock.LockKey;
import dev.distributedlock.backend.AcquireCommand;
import dev.distributedlock.backend.AcquireResult.Acquired;
import dev.distributedlock.backend.AcquireResult.Denied;
import dev.distributedlock.backend.WaitQueue.Grant;
import dev.distributedlock.backend.WaitQueue.Listener;
import dev.distributedlock.backend.WaitQueue.Subscription;
import dev.distributedlock.testsupport.RedisServer;
import dev.distributedlock.testsupport.RedisVersion;
import dev.distributedlock.testsupport.RespClient;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.redisson.api.RedissonClient;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What happens to locks when something happens to Redis.
 */
@ParameterizedClass
@EnumSource
@ExtendWith(OutputCaptureExtension.class)
class RedissonLockBackendFaultIntegrationTests {

	private static final Duration LEASE = Duration.ofSeconds(60);

	private static final LockKey KEY = LockKey.of("orders", 42);

	private final RedisServer server;

	private final RedisStoreView store;

	private RedissonClient client;

	private RedissonLockBackend backend;

	RedissonLockBackendFaultIntegrationTests(RedisVersion version) {
		version.assumePresent();
		this.server = RedisServer.start(version);
		this.store = new RedisStoreView(this.server, "lock");
	}

	@BeforeEach
	void connect() {
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
	void tokensGoOnRisingWhenAllDataIsLost() throws Exception {
		long before = acquire("a");
		this.server.send("FLUSHALL");
		assertThat(get(this.backend.renew(KEY, "a", LEASE))).as("the holder notices").isFalse();
		long after = acquire("b");
		assertThat(after).isGreaterThan(before);
		assertThat(get(this.backend.release(KEY, "a"))).as("the old holder cannot release").isFalse();
	}

	@Test
	void tokensGoOnRisingWhenTheClockIsBehindTheCounter() throws Exception {
		String counter = new RedisKeys("lock").token(KEY);
		long ahead = 8_000_000_000_000_000L;
		this.server.send("SET", counter, Long.toString(ahead));
		assertThat(acquire("a")).isEqualTo(ahead + 1);
		get(this.backend.release(KEY, "a"));
		assertThat(acquire("b")).isEqualTo(ahead + 2);
	}

	@Test
	void onlyCountersStayAndEveryLockHasAnExpiry() throws Exception {
		for (int i = 0; i < 500; i++) {
			LockKey key = LockKey.of("k", i);
			assertThat(get(this.backend.acquire(command(key, "a", true)))).isInstanceOf(Acquired.class);
			get(this.backend.acquire(command(key, "b", true)));
		}
		for (String name : this.store.all()) {
			if (!name.endsWith(":token")) {
				assertThat((Long) this.server.send("PTTL", name)).as(name).isPositive();
			}
		}
		for (int i = 0; i < 500; i++) {
			assertThat(get(this.backend.release(LockKey.of("k", i), "a"))).isTrue();
		}
		assertThat(this.store.all()).hasSize(64).allMatch((name) -> name.matches("lock:\\{b[0-6][0-9]}:token"));
	}

	@Test
	void fullMemoryRefusesNewLocksButNotRenewalAndRelease() throws Exception {
		acquire("a");
		this.server.send("CONFIG", "SET", "maxmemory-policy", "noeviction");
		this.server.send("CONFIG", "SET", "maxmemory", "1");
		assertThat(failure(this.backend.acquire(command(LockKey.of("other"), "b", false))))
			.returns(false, LockBackendException::isRetryable)
			.hasMessageContaining("maxmemory");
		assertThat(get(this.backend.acquire(command(KEY, "b", true)))).as("a place that cannot be had")
			.isInstanceOf(Denied.class);
		assertThat(failure(this.backend.probe())).hasMessageContaining("maxmemory");
		assertThat(get(this.backend.renew(KEY, "a", LEASE.multipliedBy(2)))).isTrue();
		assertThat(this.store.remaining(KEY).orElseThrow()).isGreaterThan(LEASE);
		assertThat(get(this.backend.acquire(command(KEY, "a", false)))).isInstanceOf(Acquired.class);
		assertThat(get(this.backend.release(KEY, "a"))).isTrue();
		assertThat(this.store.entries()).isEmpty();
	}

	@Test
	void forgottenScriptsAreSentAgain() throws Exception {
		acquire("a");
		this.server.send("SCRIPT", "FLUSH");
		assertThat(get(this.backend.renew(KEY, "a", LEASE))).isTrue();
		this.server.send("SCRIPT", "FLUSH");
		assertThat(get(this.backend.release(KEY, "a"))).isTrue();
		this.server.send("SCRIPT", "FLUSH");
		assertThat(get(this.backend.acquire(command(KEY, "b", false)))).isInstanceOf(Acquired.class);
	}

	@Test
	void aPairCostsTwoCommandsAndNoScriptText() throws Exception {
		acquire("a");
		get(this.backend.release(KEY, "a"));
		this.server.send("CONFIG", "RESETSTAT");
		acquire("b");
		get(this.backend.release(KEY, "b"));
		String stats = (String) this.server.send("INFO", "commandstats");
		assertThat(stats).contains("cmdstat_evalsha:calls=2,")
			.doesNotContain("cmdstat_eval:")
			.doesNotContain("cmdstat_publish");
	}

	@Test
	void lostSubscriptionResumesAndSignalsComeAgain() throws Exception {
		Recorder recorder = new Recorder();
		try (Subscription subscription = this.backend.subscribe(recorder)) {
			Awaitility.await("subscribed").until(() -> recorder.resumed.get() > 0);
			int before = recorder.resumed.get();
			assertThat(this.server.send("CLIENT", "KILL", "TYPE", "pubsub")).isEqualTo(1L);
			Awaitility.await("subscribed again")
				.atMost(Duration.ofSeconds(20))
				.until(() -> recorder.resumed.get() > before);
			acquire("a");
			assertThat(get(this.backend.acquire(command(KEY, "b", true)))).isInstanceOf(Denied.class);
			get(this.backend.release(KEY, "a"));
			Awaitility.await("the signal").atMost(Duration.ofSeconds(20)).until(() -> recorder.granted.get() > 0);
		}
		Awaitility.await("the subscription ends")
			.atMost(Duration.ofSeconds(20))
			.until(() -> List.of().equals(this.server.send("PUBSUB", "CHANNELS")));
	}

	@Test
	void restartedServerIsUsedAgain() throws Exception {
		Recorder recorder = new Recorder();
		this.backend.subscribe(recorder);
		long before = acquire("a");
		this.server.kill();
		assertThat(failure(this.backend.renew(KEY, "a", LEASE))).returns(true, LockBackendException::isRetryable);
		this.server.launch();
		Awaitility.await("connected again")
			.atMost(Duration.ofSeconds(30))
			.ignoreExceptions()
			.until(() -> get(this.backend.probe()) != null);
		assertThat(get(this.backend.renew(KEY, "a", LEASE))).isFalse();
		assertThat(acquire("b")).isGreaterThan(before);
		Awaitility.await("signals as well").atMost(Duration.ofSeconds(30)).until(() -> {
			get(this.backend.acquire(command(KEY, "c", true)));
			get(this.backend.release(KEY, "b"));
			get(this.backend.acquire(command(KEY, "b", false)));
			return recorder.granted.get() > 0;
		});
	}

	@Test
	void silentServerIsAnUnknownOutcomeThatIsWorthATry() throws Exception {
		acquire("a");
		this.server.pause();
		long start = System.nanoTime();
		CompletionStage<Boolean> renewal = this.backend.renew(KEY, "a", LEASE);
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
		assertThat(failure(renewal)).returns(true, LockBackendException::isRetryable)
			.hasMessageContaining("the outcome is unknown");
		this.server.resume();
		Awaitility.await("answers again")
			.atMost(Duration.ofSeconds(20))
			.ignoreExceptions()
			.until(() -> get(this.backend.renew(KEY, "a", LEASE)));
	}

	@Test
	void replicaRefusesAndItIsWorthATry() throws Exception {
		get(this.backend.probe());
		this.server.send("REPLICAOF", "127.0.0.1", Integer.toString(RedisServer.freePort()));
		assertThat(failure(this.backend.acquire(command(KEY, "a", false))))
			.returns(true, LockBackendException::isRetryable)
			.hasMessageContaining("READONLY");
		assertThat(failure(this.backend.probe())).returns(true, LockBackendException::isRetryable);
		this.server.send("REPLICAOF", "NO", "ONE");
		assertThat(get(this.backend.acquire(command(KEY, "a", false)))).isInstanceOf(Acquired.class);
	}

	@Test
	void tooFewReplicasRefuseAndItIsWorthATry() throws Exception {
		this.server.send("CONFIG", "SET", "min-replicas-to-write", "1");
		assertThat(failure(this.backend.acquire(command(KEY, "a", false))))
			.returns(true, LockBackendException::isRetryable)
			.hasMessageContaining("NOREPLICAS");
		assertThat(failure(this.backend.probe())).hasMessageContaining("NOREPLICAS");
		assertThat(this.store.entries()).isEmpty();
	}

	@Test
	void busyServerIsWorthATry() throws Exception {
		get(this.backend.probe());
		this.server.send("CONFIG", "SET", "lua-time-limit", "10");
		try (RespClient busy = this.server.client()) {
			Thread script = new Thread(() -> {
				try {
					busy.send("EVAL", "while true do end", "0");
				}
				catch (RespClient.RedisError ex) {
					// killed below
				}
			});
			script.start();
			LockBackendException failure = Awaitility.await("the script blocks the server")
				.ignoreExceptions()
				.until(() -> failure(this.backend.probe()), (ex) -> ex.getMessage().contains("BUSY"));
			assertThat(failure.isRetryable()).isTrue();
			this.server.send("SCRIPT", "KILL");
			script.join();
		}
		assertThat(get(this.backend.probe())).isNotNull();
	}

	@Test
	void foreignKeyOfTheSameNameIsReportedAndLeftAlone() throws Exception {
		String name = new RedisKeys("lock").lock(KEY);
		this.server.send("SET", name, "mine");
		for (CompletionStage<?> stage : List.of(this.backend.acquire(command(KEY, "a", false)),
				this.backend.holder(KEY))) {
			assertThat(failure(stage)).returns(false, LockBackendException::isRetryable)
				.hasMessageContaining("choose another key prefix");
		}
		assertThat(get(this.backend.renew(KEY, "a", LEASE))).isFalse();
		assertThat(get(this.backend.release(KEY, "a"))).isFalse();
		assertThat(this.server.send("GET", name)).isEqualTo("mine");
		this.server.send("DEL", name);
		this.server.send("HSET", name, "field", "mine");
		assertThat(failure(this.backend.release(KEY, "a"))).hasMessageContaining("choose another key prefix");
	}

	@Test
	void leastPermissionsAreEnough(CapturedOutput output) throws Exception {
		RedissonClient limited = userWith("~lock:*", "&lock:*", "");
		try (RedissonLockBackend own = new RedissonLockBackend(limited, "lock")) {
			Recorder recorder = new Recorder();
			own.subscribe(recorder);
			Awaitility.await("subscribed").until(() -> recorder.resumed.get() > 0);
			assertThat(get(own.probe())).isEmpty();
			assertThat(get(own.acquire(command(KEY, "a", false)))).isInstanceOf(Acquired.class);
			assertThat(get(own.acquire(command(KEY, "a", false)))).isInstanceOf(Acquired.class);
			assertThat(get(own.acquire(command(KEY, "b", true)))).isInstanceOf(Denied.class);
			assertThat(get(own.holder(KEY))).isPresent();
			assertThat(get(own.renew(KEY, "a", LEASE.multipliedBy(2)))).isTrue();
			assertThat(get(own.release(KEY, "a"))).isTrue();
			Awaitility.await("the grant").until(() -> recorder.granted.get() > 0);
			assertThat(get(own.release(KEY, "b"))).isTrue();
			assertThat(get(own.probe())).isEmpty();
			List<?> log = (List<?>) this.server.send("ACL", "LOG");
			assertThat(String.valueOf(log)).doesNotContain("lock:")
				.doesNotContainIgnoringCase("script")
				.contains("info")
				.contains("test1");
		}
		finally {
			limited.shutdown(0, 2, TimeUnit.SECONDS);
		}
		assertThat(output).doesNotContain("s3cret");
	}

	@Test
	void everyPermissionOfTheListIsNeeded() throws Exception {
		for (String missing : List.of("get", "set", "del", "exists", "zadd", "zpopmin", "zrange", "zrem", "pexpire",
				"pttl", "time", "publish", "subscribe")) {
			RedissonClient limited = userWith("~lock:*", "&lock:*", "-" + missing);
			try (RedissonLockBackend own = new RedissonLockBackend(limited, "lock")) {
				Recorder recorder = new Recorder();
				own.subscribe(recorder);
				boolean works;
				try {
					get(own.acquire(command(KEY, "a", false)));
					get(own.acquire(command(KEY, "b", true)));
					get(own.acquire(command(KEY, "c", true)));
					get(own.release(KEY, "c"));
					get(own.release(KEY, "forgotten"));
					works = get(own.renew(KEY, "a", LEASE)) && get(own.release(KEY, "a"));
					Awaitility.await().atMost(Duration.ofMillis(500)).until(() -> recorder.granted.get() > 0);
				}
				catch (ExecutionException | ConditionTimeoutException ex) {
					works = false;
				}
				assertThat(works).as("works without " + missing).isFalse();
				for (String name : this.store.entries()) {
					assertThat((Long) this.server.send("PTTL", name)).as(name + " without " + missing).isPositive();
				}
				this.server.send("FLUSHALL");
			}
			finally {
				limited.shutdown(0, 2, TimeUnit.SECONDS);
			}
		}
	}

	@Test
	void missingPermissionIsReportedWithoutSecretsAndLeavesNoLockWithoutExpiry() throws Exception {
		RedissonClient limited = userWith("~lock:*", "&lock:*", "-set");
		try (RedissonLockBackend own = new RedissonLockBackend(limited, "lock")) {
			LockBackendException failure = failure(own.acquire(command(KEY, "a", false)));
			assertThat(failure.isRetryable()).isFalse();
			assertThat(failure).hasMessageContaining("acquire a lock")
				.hasMessageContaining("grant the Redis user")
				.hasMessageNotContaining("s3cret");
			assertThat(this.store.entries()).isEmpty();
		}
		finally {
			limited.shutdown(0, 2, TimeUnit.SECONDS);
		}
	}

	@Test
	void evictionPolicyThatCanRemoveLocksIsReportedOnce(CapturedOutput output) throws Exception {
		Map<String, Object> details = get(this.backend.probe());
		assertThat(details).containsEntry("mode", "standalone").containsEntry("role", "master").containsKey("version");
		assertThat(output).doesNotContain("maxmemory-policy");
		this.server.send("CONFIG", "SET", "maxmemory", "100mb");
		this.server.send("CONFIG", "SET", "maxmemory-policy", "volatile-lru");
		get(this.backend.probe());
		assertThat(get(this.backend.probe())).containsEntry("maxmemoryPolicy", "volatile-lru");
		assertThat(output.getAll().split("Redis may remove locks")).hasSize(2);
	}

	@Test
	void clientThatWasShutDownIsNotWorthATry() throws Exception {
		RedissonClient closed = Clients.connect(this.server);
		closed.shutdown(0, 2, TimeUnit.SECONDS);
		RedissonLockBackend own = new RedissonLockBackend(closed, "lock");
		assertThat(failure(own.renew(KEY, "a", LEASE))).returns(false, LockBackendException::isRetryable)
			.hasMessageContaining("shut down");
	}

	private RedissonClient userWith(String keys, String channels, String change) {
		String all = "on >s3cret resetkeys " + keys + " resetchannels " + channels
				+ " -@all +evalsha +eval +script|load"
				+ " +get +set +del +exists +zadd +zpopmin +zrange +zrem +pexpire +pttl +time +publish +pubsub +subscribe +unsubscribe"
				+ " +ping " + change;
		String[] command = ("ACL SETUSER app reset " + all.trim()).split(" ");
		this.server.send(command);
		return Clients.connect(this.server, (config) -> config.setUsername("app").setPassword("s3cret"));
	}

	private long acquire(String owner) throws Exception {
		return ((Acquired) get(this.backend.acquire(command(KEY, owner, false)))).token();
	}

	private static AcquireCommand command(LockKey key, String owner, boolean waiting) {
		return new AcquireCommand(key, owner, "instance", LEASE, waiting);
	}

	private static <T> T get(CompletionStage<T> stage) throws Exception {
		return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
	}

	private static LockBackendException failure(CompletionStage<?> stage) throws Exception {
		try {
			Object value = get(stage);
			throw new AssertionError("Did not fail but returned " + value);
		}
		catch (ExecutionException ex) {
			@Nullable Throwable cause = ex.getCause();
			assertThat(cause).isInstanceOf(LockBackendException.class);
			return (LockBackendException) cause;
		}
	}

	private static final class Recorder implements Listener {

		private final AtomicInteger granted = new AtomicInteger();

		private final AtomicInteger resumed = new AtomicInteger();

		@Override
		public void granted(Grant grant) {
			this.granted.incrementAndGet();
		}

		@Override
		public void resumed() {
			this.resumed.incrementAndGet();
		}

	}

}
