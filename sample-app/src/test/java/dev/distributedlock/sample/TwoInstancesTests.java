package dev.distributedlock.sample;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two JVMs, one stock. The test itself opens the database first and so serves it to both,
 * so that killing an instance takes nothing away but that instance.
 */
@TestInstance(Lifecycle.PER_CLASS)
class TwoInstancesTests {

	private static final String PRODUCT = "/api/products/espresso-machine";

	private static final Duration LEASE = Duration.ofSeconds(5);

	private final List<String> options = List.of("--spring.data.redis.port=" + Buyers.freePort(), "--shop.instances=",
			"--distributed-lock.locks.stock.lease-time=" + LEASE, "--distributed-lock.locks.stock.wait-time=60s");

	private final Path directory;

	private final Connection database;

	private final ShopProcess survivor;

	private ShopProcess victim;

	TwoInstancesTests(@TempDir Path directory) throws Exception {
		System.setProperty("h2.bindAddress", "127.0.0.1");
		this.directory = directory;
		this.database = DriverManager.getConnection("jdbc:h2:file:" + directory + "/shop;AUTO_SERVER=TRUE", "sa", "");
		this.survivor = ShopProcess.start(directory, this.options);
		this.victim = ShopProcess.start(directory, this.options);
	}

	@BeforeAll
	void awaitInstances() {
		this.survivor.awaitReady();
		this.victim.awaitReady();
	}

	@AfterAll
	void stop() throws Exception {
		this.victim.close();
		this.survivor.close();
		this.database.close();
	}

	@Test
	void lockedPurchasesThroughBothSellExactlyTheStock() throws Exception {
		Buyers buyers = startRace();
		List<Integer> answers = buyers.buyAtOnce(200, PRODUCT + "/purchases");
		assertThat(answers).filteredOn((status) -> status == 201).hasSize(100);
		assertThat(answers).filteredOn((status) -> status == 409).hasSize(100);
		JsonNode stock = buyers.get(this.survivor.uri(), PRODUCT);
		assertThat(stock.get("sold").intValue()).isEqualTo(100);
		assertThat(stock.get("oversold").intValue()).isZero();
		assertThat(stock.get("remaining").intValue()).isZero();
	}

	@Test
	void unlockedPurchasesThroughBothOversell() throws Exception {
		Buyers buyers = startRace();
		buyers.buyAtOnce(200, "/api/unlocked/products/espresso-machine/purchases");
		assertThat(buyers.get(this.survivor.uri(), PRODUCT).get("oversold").intValue()).isPositive();
	}

	@Test
	void survivorTakesOverWhenTheLeaseOfAKilledHolderEnds() throws Exception {
		Buyers buyers = startRace();
		CompletableFuture<HttpResponse<String>> holder = buyers.post(this.victim.uri(),
				PRODUCT + "/purchases?holdFor=2m", "");
		Awaitility.await("the victim holds the lock")
			.atMost(Duration.ofSeconds(30))
			.until(() -> buyers.get(this.victim.uri(), "/actuator/locks").get("held").size() == 1);
		CompletableFuture<HttpResponse<String>> waiter = buyers.post(this.survivor.uri(), PRODUCT + "/purchases", "");
		Awaitility.await("the survivor waits for it")
			.atMost(Duration.ofSeconds(30))
			.until(() -> buyers.get(this.survivor.uri(), "/actuator/locks").get("waiting").size() == 1);
		this.victim.kill();
		long killed = System.nanoTime();
		HttpResponse<String> answer = waiter.join();
		Duration tookOver = Duration.ofNanos(System.nanoTime() - killed);
		assertThat(answer.statusCode()).isEqualTo(201);
		// At least what is left of a lease that was renewed in time; at most the lease,
		// the poll, and a second for a loaded machine to serve the purchase.
		assertThat(tookOver).isBetween(Duration.ofSeconds(1), LEASE.plusSeconds(2));
		assertThat(holder).failsWithin(Duration.ofSeconds(10));
		assertThat(buyers.get(this.survivor.uri(), PRODUCT).get("sold").intValue()).isEqualTo(1);
	}

	@Test
	void writeOfAPausedHolderIsRefusedByItsToken() throws Exception {
		Buyers buyers = startRace();
		CompletableFuture<HttpResponse<String>> paused = buyers.post(this.victim.uri(),
				PRODUCT + "/purchases?holdFor=4s", "");
		Awaitility.await("the victim holds the lock")
			.atMost(Duration.ofSeconds(30))
			.until(() -> buyers.get(this.victim.uri(), "/actuator/locks").get("held").size() == 1);
		long token = buyers.get(this.victim.uri(), "/actuator/locks").at("/held/0/token").longValue();
		// Not in the middle of that transaction: the database would wait for its end.
		Awaitility.await("the victim has read the stock, and its token is in the database")
			.atMost(Duration.ofSeconds(30))
			.until(() -> largestToken() == token);
		this.victim.signal("STOP");
		try {
			assertThat(buyers.post(this.survivor.uri(), PRODUCT + "/purchases", "").join().statusCode()).isEqualTo(201);
		}
		finally {
			this.victim.signal("CONT");
		}
		HttpResponse<String> answer = paused.join();
		assertThat(answer.statusCode()).isEqualTo(409);
		assertThat(Buyers.read(answer).get("leaseLost").booleanValue()).isTrue();
		assertThat(Buyers.read(answer).get("detail").stringValue()).contains("nothing was written");
		assertThat(buyers.get(this.survivor.uri(), PRODUCT).get("sold").intValue()).isEqualTo(1);
	}

	private long largestToken() throws SQLException {
		try (Statement statement = this.database.createStatement();
				ResultSet fences = statement
					.executeQuery("select fence from lock_fence where lock_key = 'stock:espresso-machine'")) {
			return fences.next() ? fences.getLong(1) : 0;
		}
	}

	private Buyers startRace() throws Exception {
		if (!this.victim.isAlive()) {
			this.victim = ShopProcess.start(this.directory, this.options).awaitReady();
		}
		Buyers buyers = new Buyers(List.of(this.survivor.uri(), this.victim.uri()));
		assertThat(buyers.post(this.survivor.uri(), PRODUCT + "/reset", "").join().statusCode()).isEqualTo(200);
		return buyers;
	}

}
