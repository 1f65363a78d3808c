package dev.distributedlock.backend.redis;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

import dev.distributedlock.LockBackendException;
import dev.distributedlock.LockKey;
import dev.distributedlock.backend.AcquireCommand;
import dev.distributedlock.backend.AcquireResult;
import dev.distributedlock.backend.AcquireResult.Acquired;
import dev.distributedlock.backend.RenewCommand;
import dev.distributedlock.testsupport.RedisServer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.client.RedisTimeoutException;
import org.redisson.config.NameMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * How commands travel.
 */
class CommandLaneIntegrationTests {

	private static final Duration LEASE = Duration.ofSeconds(60);

	private static final int POOL = 8;

	private final RedisServer server = RedisServer.start();

	private final RedissonClient client = Clients.connect(this.server);

	private final RedissonLockBackend backend = new RedissonLockBackend(this.client, "lock");

	@AfterEach
	void disconnect() {
		this.backend.close();
		this.client.shutdown(0, 2, TimeUnit.SECONDS);
		this.server.close();
	}

	@Test
	void commandsIssuedTogetherShareOneConnection() {
		// with ten or more Redisson gives each command under way a connection of its own
		RedissonClient large = Clients.connect(this.server,
				(config) -> config.useSingleServer().setConnectionPoolSize(24));
		try (RedissonLockBackend own = new RedissonLockBackend(large, "lock")) {
			await(List.of(own.acquire(new AcquireCommand(key(1000), "owner", "instance", LEASE, false))
				.toCompletableFuture()));
			await(IntStream.range(0, 1000)
				.mapToObj((i) -> own.acquire(new AcquireCommand(key(i), "owner", "instance", LEASE, false))
					.toCompletableFuture())
				.toList());
			assertThat(((String) this.server.send("CLIENT", "LIST")).lines()
				.filter((line) -> line.contains("cmd=evalsha"))).as("connections that have carried commands")
				.hasSize(1);
		}
		finally {
			large.shutdown(0, 2, TimeUnit.SECONDS);
		}
	}

	@Test
	void failingCommandFailsAlone() {
		String foreign = new RedisKeys("lock").lock(key(500));
		this.server.send("HSET", foreign, "field", "mine");
		List<CompletableFuture<AcquireResult>> answers = IntStream.range(0, 1000).mapToObj(this::acquire).toList();
		settle(answers);
		for (int i = 0; i < 1000; i++) {
			assertThat(answers.get(i).isCompletedExceptionally()).as("lock " + i).isEqualTo(i == 500);
		}
		List<CompletionStage<Boolean>> renewals = this.backend
			.renewAll(IntStream.range(0, 1000).mapToObj((i) -> new RenewCommand(key(i), "owner", LEASE)).toList());
		settle(renewals.stream().map(CompletionStage::toCompletableFuture).toList());
		for (int i = 0; i < 1000; i++) {
			CompletableFuture<Boolean> renewal = renewals.get(i).toCompletableFuture();
			assertThat(renewal.isCompletedExceptionally()).as("renewal " + i).isEqualTo(i == 500);
		}
		assertThatThrownBy(() -> renewals.get(500).toCompletableFuture().join()).cause()
			.isInstanceOf(LockBackendException.class)
			.hasMessageContaining("choose another key prefix");
	}

	@Test
	void forgottenScriptsOfManyCommandsAreSentAgain() {
		await(List.of(acquire(0)));
		this.server.send("SCRIPT", "FLUSH");
		assertThat(await(IntStream.range(1, 501).mapToObj(this::acquire).toList()))
			.allMatch((result) -> result instanceof Acquired);
	}

	@Test
	void tenThousandLocksTakeTenCommandsToRenew() {
		List<RenewCommand> commands = IntStream.range(0, 10_000)
			.mapToObj((i) -> new RenewCommand(key(i), "owner", LEASE))
			.toList();
		await(IntStream.range(0, 10_000).mapToObj(this::acquire).toList());
		renewAll(commands);
		this.server.send("CONFIG", "RESETSTAT");
		assertThat(renewAll(commands)).hasSize(10_000).allMatch((renewed) -> renewed);
		assertThat((String) this.server.send("INFO", "commandstats")).contains("cmdstat_evalsha:calls=10,");
	}

	@Test
	void serverThatWantsOneSlotInAScriptGetsOneForEachBucket() {
		try (RedisServer strict = RedisServer.start("--cluster-enabled", "yes", "--cluster-config-file",
				"strict.conf")) {
			List<String> slots = new ArrayList<>(List.of("CLUSTER", "ADDSLOTS"));
			IntStream.range(0, 16384).mapToObj(Integer::toString).forEach(slots::add);
			strict.send(slots.toArray(String[]::new));
			Awaitility.await("the slots are served")
				.until(() -> String.valueOf(strict.send("CLUSTER", "INFO")).contains("cluster_state:ok"));
			// a client that does not know of slots, as behind a proxy
			RedissonClient unaware = Clients.connect(strict);
			try (RedissonLockBackend own = new RedissonLockBackend(unaware, "lock")) {
				List<RenewCommand> commands = IntStream.range(0, 200)
					.mapToObj((i) -> new RenewCommand(key(i), "owner", LEASE))
					.toList();
				await(commands.stream()
					.map((command) -> own.acquire(new AcquireCommand(command.key(), "owner", "instance", LEASE, false))
						.toCompletableFuture())
					.toList());
				for (int i = 0; i < 2; i++) {
					assertThat(
							await(own.renewAll(commands).stream().map(CompletionStage::toCompletableFuture).toList()))
						.hasSize(200)
						.allMatch((renewed) -> renewed);
				}
			}
			finally {
				unaware.shutdown(0, 2, TimeUnit.SECONDS);
			}
		}
	}

	@Test
	void poolThatOthersHaveExhaustedStopsNeitherRenewalsNorLocks() {
		await(List.of(acquire(1)));
		List<CompletionStage<?>> takers = new ArrayList<>();
		for (int i = 0; i < 4 * POOL; i++) {
			takers.add(this.client.getBlockingQueue("queue-" + i).takeAsync());
		}
		assertThatThrownBy(() -> this.client.getBucket("other").get()).as("the pool is exhausted")
			.isInstanceOf(RedisTimeoutException.class);
		assertThat(await(List.of(this.backend.renew(key(1), "owner", LEASE).toCompletableFuture()))).containsOnly(true);
		assertThat(await(List.of(acquire(2)))).allMatch((result) -> result instanceof Acquired);
		takers.forEach((taker) -> taker.toCompletableFuture().cancel(true));
	}

	@Test
	void connectionsGoBackToThePool() {
		await(List.of(acquire(1)));
		assertThat(permits()).isEqualTo(POOL - 2);
		this.backend.close();
		Awaitility.await("the pool is complete").untilAsserted(() -> assertThat(permits()).isEqualTo(POOL));
	}

	@Test
	void backendThatWasClosedWorksWithoutLanes() {
		this.backend.close();
		assertThat(await(List.of(acquire(1)))).allMatch((result) -> result instanceof Acquired);
		assertThat(permits()).isEqualTo(POOL);
	}

	@Test
	void clientThatIsWrappedWorksWithoutLanes() {
		RedissonClient wrapped = (RedissonClient) Proxy.newProxyInstance(getClass().getClassLoader(),
				new Class<?>[] { RedissonClient.class },
				(proxy, method, arguments) -> method.invoke(this.client, arguments));
		try (RedissonLockBackend own = new RedissonLockBackend(wrapped, "lock")) {
			List<RenewCommand> commands = IntStream.range(0, 100)
				.mapToObj((i) -> new RenewCommand(key(i), "owner", LEASE))
				.toList();
			await(commands.stream()
				.map((command) -> own.acquire(new AcquireCommand(command.key(), "owner", "instance", LEASE, false))
					.toCompletableFuture())
				.toList());
			assertThat(await(own.renewAll(commands).stream().map(CompletionStage::toCompletableFuture).toList()))
				.hasSize(100)
				.allMatch((renewed) -> renewed);
			assertThat(permits()).isEqualTo(POOL);
		}
	}

	@Test
	void connectionsToADemotedMasterAreConnectedAnew() {
		await(List.of(acquire(1)));
		await(List.of(this.backend.renew(key(1), "owner", LEASE).toCompletableFuture()));
		List<String> before = carriers();
		assertThat(before).as("a lane each for renewals and all else").hasSize(2);
		// a replica keeps the connections that it had as a master
		this.server.send("REPLICAOF", "127.0.0.1", Integer.toString(RedisServer.freePort()));
		settle(List.of(acquire(2), this.backend.renew(key(1), "owner", LEASE.multipliedBy(2)).toCompletableFuture()));
		Awaitility.await("both have been left")
			.atMost(Duration.ofSeconds(20))
			.untilAsserted(() -> assertThat(carriers()).doesNotContainAnyElementsOf(before));
		this.server.send("REPLICAOF", "NO", "ONE");
		assertThat(await(List.of(acquire(2)))).allMatch((result) -> result instanceof Acquired);
	}

	@Test
	void lanesThatTurnOutNotToFitTheClientGiveTheirConnectionsBack() {
		AtomicBoolean unknown = new AtomicBoolean();
		RedissonClient strange = Clients.connect(this.server, (config) -> config.setNameMapper(new NameMapper() {

			@Override
			public String map(String name) {
				if (unknown.getAndSet(false)) {
					throw new NoSuchMethodError("planned by test");
				}
				return name;
			}

			@Override
			public String unmap(String name) {
				return name;
			}

		}));
		try (RedissonLockBackend own = new RedissonLockBackend(strange, "lock")) {
			AcquireCommand command = new AcquireCommand(key(1), "owner", "instance", LEASE, false);
			await(List.of(own.acquire(command).toCompletableFuture()));
			assertThat(permits(strange)).isEqualTo(POOL - 2);
			unknown.set(true);
			await(List.of(own.acquire(command).toCompletableFuture()));
			Awaitility.await("the pool is complete").untilAsserted(() -> assertThat(permits(strange)).isEqualTo(POOL));
		}
		finally {
			strange.shutdown(0, 2, TimeUnit.SECONDS);
		}
	}

	@Test
	void commandsUnderWayEndWhenTheClientIsShutDown() {
		await(List.of(acquire(0)));
		this.server.pause();
		List<CompletableFuture<AcquireResult>> answers = IntStream.range(1, 1001).mapToObj(this::acquire).toList();
		this.client.shutdown(0, 1, TimeUnit.SECONDS);
		settle(answers);
		assertThat(answers).allMatch(CompletableFuture::isCompletedExceptionally);
		this.server.resume();
	}

	@Test
	void commandsToASilentServerEndInTimeAndLaterOnesArrive() {
		await(List.of(acquire(0)));
		this.server.pause();
		List<CompletableFuture<AcquireResult>> answers = IntStream.range(1, 1001).mapToObj(this::acquire).toList();
		settle(answers);
		assertThat(answers).allMatch(CompletableFuture::isCompletedExceptionally);
		this.server.resume();
		Awaitility.await("connected again")
			.atMost(Duration.ofSeconds(20))
			.ignoreExceptions()
			.until(() -> await(List.of(acquire(2000))) != null);
		assertThat(permits()).isBetween(POOL - 2, POOL);
	}

	/** The connections that have carried scripts. */
	private List<String> carriers() {
		return ((String) this.server.send("CLIENT", "LIST")).lines()
			.filter((line) -> line.contains("cmd=eval"))
			.map((line) -> line.substring(0, line.indexOf(' ')))
			.toList();
	}

	private int permits() {
		return permits(this.client);
	}

	private static int permits(RedissonClient client) {
		return ((Redisson) client).getCommandExecutor()
			.getConnectionManager()
			.getEntry(0)
			.getEntry()
			.getConnectionsHolder()
			.getFreeConnectionsCounter()
			.getCounter();
	}

	private CompletableFuture<AcquireResult> acquire(int number) {
		return this.backend.acquire(new AcquireCommand(key(number), "owner", "instance", LEASE, false))
			.toCompletableFuture();
	}

	private List<Boolean> renewAll(List<RenewCommand> commands) {
		return await(this.backend.renewAll(commands).stream().map(CompletionStage::toCompletableFuture).toList());
	}

	private static LockKey key(int number) {
		return LockKey.of("k", number);
	}

	private static <T> List<T> await(List<CompletableFuture<T>> answers) {
		settle(answers);
		return answers.stream().map(CompletableFuture::join).toList();
	}

	/** Wait until all have answered or failed. */
	private static void settle(List<? extends CompletableFuture<?>> answers) {
		Awaitility.await("all answers")
			.atMost(Duration.ofSeconds(20))
			.pollInterval(Duration.ofMillis(5))
			.until(() -> answers.stream().allMatch(CompletableFuture::isDone));
	}

}
