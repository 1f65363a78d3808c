package dev.distributedlock.backend.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

import dev.distributedlock.LockKey;
import dev.distributedlock.LockRequest;
import dev.distributedlock.backend.AcquireCommand;
import dev.distributedlock.backend.AcquireResult;
import dev.distributedlock.backend.AcquireResult.Acquired;
import dev.distributedlock.backend.AcquireResult.Denied;
import dev.distributedlock.backend.LockBackend;
import dev.distributedlock.backend.WaitQueue;
import dev.distributedlock.backend.WaitQueue.Exchange;
import dev.distributedlock.backend.WaitQueue.Listener;
import dev.distributedlock.backend.memory.InMemoryLockBackend;
import dev.distributedlock.testsupport.RedisServer;
import dev.distributedlock.testsupport.RedisVersion;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.redisson.api.RedissonClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The scripts and the store in memory, two programs for one contract, answer the same to
 * the same random commands: owners that hold alone, share and count, that wait, ask
 * again, renew, let go, exchange and leave the queue.
 */
@ParameterizedClass
@EnumSource
class SameAsInMemoryIntegrationTests {

	private static final int OWNERS = 7;

	private static final int COMMANDS = 120;

	private static final Duration LEASE = Duration.ofSeconds(60);

	private static final int[] LIMITS = { 1, 2, 3, LockRequest.SHARED };

	private final RedisServer server;

	private final RedissonClient client;

	private final RedissonLockBackend redis;

	SameAsInMemoryIntegrationTests(RedisVersion version) {
		version.assumePresent();
		this.server = RedisServer.start(version);
		this.client = Clients.connect(this.server);
		this.redis = new RedissonLockBackend(this.client, "lock");
	}

	@AfterEach
	void disconnect() {
		this.redis.close();
		this.client.shutdown(0, 2, TimeUnit.SECONDS);
		this.server.close();
	}

	@Test
	void randomCommandsHaveTheSameAnswers() throws Exception {
		subscribe();
		long first = Long.getLong("same.seed", System.nanoTime());
		int runs = Integer.getInteger("same.runs", 40);
		int granted = 0;
		int denied = 0;
		for (long seed = first; seed < first + runs; seed++) {
			List<String> script = run(this.redis, new Random(seed), seed);
			assertThat(script).as("seed " + seed).isEqualTo(run(new InMemoryLockBackend(), new Random(seed), seed));
			granted += (int) script.stream().filter((line) -> line.contains("-> granted")).count();
			denied += (int) script.stream().filter((line) -> line.contains("-> denied")).count();
		}
		assertThat(granted).as("the commands reach what is interesting").isGreaterThan(runs * 5);
		assertThat(denied).isGreaterThan(runs * 5);
	}

	/** Else nobody listens, and who waits is left out as one that has died. */
	private void subscribe() {
		List<Boolean> resumed = new ArrayList<>();
		this.redis.subscribe(new Listener() {

			@Override
			public void granted(WaitQueue.Grant grant) {
			}

			@Override
			public void resumed() {
				synchronized (resumed) {
					resumed.add(true);
				}
			}

		});
		Awaitility.await("the subscription").atMost(Duration.ofSeconds(20)).until(() -> {
			synchronized (resumed) {
				return !resumed.isEmpty();
			}
		});
	}

	private static <B extends LockBackend & WaitQueue> List<String> run(B store, Random random, long seed)
			throws Exception {
		LockKey key = LockKey.of("same", seed);
		// An owner has one command of its own that it repeats, and a new id once it
		// ended.
		int[] lives = new int[OWNERS];
		int[] limits = random.ints(OWNERS, 0, LIMITS.length).map((i) -> LIMITS[i]).toArray();
		boolean[] waits = new boolean[OWNERS];
		List<String> log = new ArrayList<>();
		for (int i = 0; i < COMMANDS; i++) {
			int one = random.nextInt(OWNERS);
			int other = random.nextInt(OWNERS);
			String owner = one + "-" + lives[one];
			AcquireCommand command = new AcquireCommand(key, owner, "i" + one, LEASE, waits[one], 1 + one,
					/* revocable= */ false, limits[one]);
			switch (random.nextInt(8)) {
				case 0, 1, 2, 3 -> log.add("acquire " + owner + " " + limits[one] + ((waits[one]) ? " waiting" : "")
						+ " -> " + text(get(store.acquire(command))));
				case 4 -> log.add("renew " + owner + " -> " + get(store.renew(key, owner, LEASE)));
				case 5 -> {
					Exchange exchange = get(store.exchange(other + "-" + lives[other], command));
					log.add("exchange " + other + " " + owner + " -> " + exchange.released() + " "
							+ text(exchange.next()));
				}
				default -> {
					log.add("release " + owner + " -> " + get(store.release(key, owner)));
					lives[one]++;
					limits[one] = LIMITS[random.nextInt(LIMITS.length)];
					waits[one] = random.nextInt(4) > 0;
				}
			}
		}
		for (int i = 0; i < OWNERS; i++) {
			log.add("holds " + i + " -> " + get(store.renew(key, i + "-" + lives[i], LEASE)));
		}
		for (int i = 0; i < OWNERS; i++) {
			get(store.release(key, i + "-" + lives[i]));
		}
		return log;
	}

	private static String text(AcquireResult result) {
		if (result instanceof Acquired acquired) {
			return "granted " + (acquired.lastToken() - acquired.token() + 1) + " " + acquired.contested();
		}
		Denied denied = (Denied) result;
		return "denied " + ((denied.holder() != null) ? denied.holder().others() : -1);
	}

	private static <T> T get(CompletionStage<T> stage) throws Exception {
		return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
	}

}
