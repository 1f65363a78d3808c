package dev.distributedlock.backend.redis;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import dev.distributedlock.LockKey;
import dev.distributedlock.LockRequest;
import dev.distributedlock.testsupport.RedisServer;
import dev.distributedlock.testsupport.RedisVersion;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What becomes of those who wait where it is not known who listens, as with Sentinel and
 * in a cluster: whoever asks keeps its place, and an instance that has died with many of
 * them holds up nobody for long. The times are real ones, so one version of Redis has to
 * do; the scripts themselves are tried on all.
 */
@ParameterizedClass
@EnumSource(names = "REDIS_6")
class SilentWaitersIntegrationTests {

	private static final LockKey KEY = LockKey.of("orders", 42);

	private static final int DEAD = 30;

	private final RedisKeys keys = new RedisKeys("lock");

	private final RedisServer server;

	SilentWaitersIntegrationTests(RedisVersion version) {
		version.assumePresent();
		this.server = RedisServer.start(version);
	}

	@AfterEach
	void stop() {
		this.server.close();
	}

	@Test
	void fairWaitersOfADeadInstanceAreLeftOutTogether() {
		held(1, 1);
		delaysTheLivingOneForSeconds(1, 1);
	}

	@Test
	void permitsThatADeadInstanceWaitsForAreNotGrantedOneByOne() {
		held(2, 2);
		delaysTheLivingOneForSeconds(2, 2);
	}

	@Test
	void writersOfADeadInstanceDoNotKeepReadersOut() {
		assertThat(acquire("holder-0", "", LockRequest.SHARED)).startsWith(1L);
		dead(1);
		Duration delay = delayOfTheLivingOne(LockRequest.SHARED);
		assertThat(delay).as("until it is known").isGreaterThan(Duration.ofMillis(2500));
		assertThat(delay).isLessThan(Duration.ofSeconds(5));
		assertThat(this.server.send("EXISTS", this.keys.queue(KEY))).isEqualTo(0L);
	}

	@Test
	void waitersThatWereSilentWhileTheLockWasHeldAreLeftOutByItsRelease() {
		held(1, 1);
		dead(1);
		asksForFiveSeconds("living", "living", 1);
		assertThat(release("holder-0")).isEqualTo(1L);
		assertThat(owner()).isEqualTo("living");
		assertThat(this.server.send("EXISTS", this.keys.queue(KEY))).isEqualTo(0L);
	}

	@Test
	void waiterThatAsksEachSecondKeepsItsPlace() {
		held(1, 1);
		assertThat(acquire("slow", "slow", 1)).startsWith(0L);
		assertThat(acquire("next", "next", 1)).startsWith(0L);
		for (int i = 0; i < 5; i++) {
			pause(Duration.ofSeconds(1));
			assertThat(acquire("next", "next", 1)).startsWith(0L);
			assertThat(acquire("slow", "slow", 1)).startsWith(0L);
		}
		assertThat(release("holder-0")).isEqualTo(1L);
		assertThat(owner()).isEqualTo("slow");
	}

	@Test
	void waiterThatAsksKeepsItsPlaceWhenMemoryIsFull() {
		held(1, 1);
		assertThat(acquire("first", "first", 1)).startsWith(0L);
		assertThat(acquire("second", "second", 1)).startsWith(0L);
		this.server.send("CONFIG", "SET", "maxmemory-policy", "noeviction");
		this.server.send("CONFIG", "SET", "maxmemory", "1");
		asksForFiveSeconds("first", "first", 1);
		assertThat(acquire("second", "second", 1)).startsWith(0L);
		this.server.send("CONFIG", "SET", "maxmemory", "0");
		assertThat(release("holder-0")).isEqualTo(1L);
		assertThat(owner()).isEqualTo("first");
	}

	@Test
	void placeThatALivingInstanceHasForgottenDoesNotKeepReadersOut() {
		assertThat(acquire("holder-0", "", LockRequest.SHARED)).startsWith(1L);
		assertThat(acquire("forgotten", "instance", 1)).startsWith(0L);
		Duration delay = delayOfTheLivingOne(LockRequest.SHARED, "instance");
		assertThat(delay).isBetween(Duration.ofSeconds(10), Duration.ofSeconds(15));
	}

	@Test
	void notesOfDeadInstancesDoNotStayWhileOthersWait() {
		held(1, 1);
		for (int i = 0; i < 5; i++) {
			assertThat(acquire("dead-" + i, "dead-" + i, 1)).startsWith(0L);
			assertThat(this.server.send("EXISTS", this.keys.asked(KEY))).as("the place says it")
				.isEqualTo((i > 0) ? 1L : 0L);
			assertThat(acquire("dead-" + i, "dead-" + i, 1)).startsWith(0L);
		}
		asksForFiveSeconds("living", "living", 1);
		assertThat(acquire("new", "new", 1)).startsWith(0L);
		assertThat(acquire("new", "new", 1)).startsWith(0L);
		assertThat(this.server.send("HKEYS", this.keys.asked(KEY))).asInstanceOf(InstanceOfAssertFactories.LIST)
			.containsExactlyInAnyOrder("", "living", "new");
		Awaitility.await("all of them are gone")
			.atMost(Duration.ofSeconds(5))
			.until(() -> this.server.send("EXISTS", this.keys.asked(KEY)).equals(0L));
	}

	@Test
	void whereListenersAreCountedNothingIsNoted() {
		held(1, 1);
		for (int i = 0; i < 3; i++) {
			assertThat(acquire("waiter", "waiter", 1, "1")).startsWith(0L);
		}
		assertThat(this.server.send("EXISTS", this.keys.asked(KEY))).isEqualTo(0L);
	}

	private void delaysTheLivingOneForSeconds(int maxHolders, int holders) {
		dead(maxHolders);
		assertThat(acquire("living", "living", maxHolders)).startsWith(0L);
		for (int i = 0; i < holders; i++) {
			assertThat(release("holder-" + i)).isEqualTo(1L);
		}
		Duration delay = delayOfTheLivingOne(maxHolders);
		assertThat(delay).as("grants to the dead, who asked a moment ago").isGreaterThan(Duration.ofMillis(2500));
		assertThat(delay).isLessThan(Duration.ofSeconds(5));
		assertThat(this.server.send("EXISTS", this.keys.queue(KEY))).isEqualTo(0L);
	}

	private void held(int maxHolders, int holders) {
		for (int i = 0; i < holders; i++) {
			assertThat(acquire("holder-" + i, "", maxHolders)).startsWith(1L);
		}
	}

	/** Many who wait, asked twice, and then no more. */
	private void dead(int maxHolders) {
		for (int i = 0; i < 2 * DEAD; i++) {
			assertThat(acquire("dead-" + i % DEAD, "dead", maxHolders)).startsWith(0L);
		}
	}

	private Duration delayOfTheLivingOne(int maxHolders) {
		return delayOfTheLivingOne(maxHolders, "living");
	}

	private Duration delayOfTheLivingOne(int maxHolders, String channel) {
		long start = System.nanoTime();
		Awaitility.await("its turn")
			.atMost(Duration.ofSeconds(20))
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(500))
			.until(() -> acquire("living", channel, maxHolders).get(0).equals(1L));
		return Duration.ofNanos(System.nanoTime() - start);
	}

	private void asksForFiveSeconds(String owner, String channel, int maxHolders) {
		for (int i = 0; i < 10; i++) {
			assertThat(acquire(owner, channel, maxHolders)).startsWith(0L);
			pause(Duration.ofMillis(500));
		}
		assertThat(acquire(owner, channel, maxHolders)).startsWith(0L);
	}

	/** The server's clock decides, which cannot be moved. */
	private static void pause(Duration duration) {
		long start = System.nanoTime();
		Awaitility.await("time passes")
			.atMost(duration.plusSeconds(10))
			.pollInterval(Duration.ofMillis(20))
			.until(() -> System.nanoTime() - start >= duration.toNanos());
	}

	private String owner() {
		return String.valueOf(this.server.send("GET", this.keys.lock(KEY))).split("\n", 2)[0];
	}

	private List<Object> acquire(String owner, String channel, int maxHolders) {
		return acquire(owner, channel, maxHolders, "0");
	}

	@SuppressWarnings("unchecked")
	private List<Object> acquire(String owner, String channel, int maxHolders, String trusted) {
		return (List<Object>) this.server.send("EVAL", LockScript.ACQUIRE.text(), "4", this.keys.lock(KEY),
				this.keys.token(KEY), this.keys.queue(KEY), this.keys.asked(KEY), owner,
				Long.toString(TimeUnit.MINUTES.toMillis(1)), "test", channel, "1", KEY.value(), trusted, "", "",
				Integer.toString(maxHolders));
	}

	private Object release(String owner) {
		return this.server.send("EVAL", LockScript.RELEASE.text(), "4", this.keys.lock(KEY), this.keys.token(KEY),
				this.keys.queue(KEY), this.keys.asked(KEY), owner, KEY.value(), "0", "");
	}

}
