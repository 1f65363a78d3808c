package dev.distributedlock.sample;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class ShopTests {

	private static final String PRODUCT = "/api/products/espresso-machine";

	@LocalServerPort
	private int port;

	private URI shop = URI.create("http://127.0.0.1");

	private Buyers buyers = new Buyers(List.of());

	@DynamicPropertySource
	static void ownDirectoryAndRedis(DynamicPropertyRegistry registry) throws IOException {
		Path directory = Files.createTempDirectory("shop");
		int redis = Buyers.freePort();
		registry.add("shop.data-dir", directory::toString);
		registry.add("spring.data.redis.port", () -> redis);
		registry.add("shop.instances", () -> "");
	}

	@BeforeEach
	void fillStock() {
		this.shop = URI.create("http://127.0.0.1:" + this.port);
		this.buyers = new Buyers(List.of(this.shop));
		assertThat(this.buyers.post(this.shop, PRODUCT + "/reset", "").join().statusCode()).isEqualTo(200);
	}

	@Test
	void lockedPurchasesSellExactlyTheStock() {
		List<Integer> answers = this.buyers.buyAtOnce(200, PRODUCT + "/purchases");
		assertThat(answers).filteredOn((status) -> status == 201).hasSize(100);
		assertThat(answers).filteredOn((status) -> status == 409).hasSize(100);
		JsonNode stock = this.buyers.get(this.shop, PRODUCT);
		assertThat(stock.get("sold").intValue()).isEqualTo(100);
		assertThat(stock.get("oversold").intValue()).isZero();
		assertThat(stock.get("remaining").intValue()).isZero();
	}

	@Test
	void unlockedPurchasesOversell() {
		this.buyers.buyAtOnce(200, "/api/unlocked/products/espresso-machine/purchases");
		JsonNode stock = this.buyers.get(this.shop, PRODUCT);
		assertThat(stock.get("oversold").intValue()).isPositive();
		assertThat(stock.get("lostUpdates").intValue()).isPositive();
	}

	@Test
	void raceReportsWhatTheDatabaseSays() {
		JsonNode locked = Buyers
			.read(this.buyers.post(this.shop, PRODUCT + "/races?purchases=150&locked=true", "").join());
		assertThat(locked.get("bought").intValue()).isEqualTo(100);
		assertThat(locked.get("refused").intValue()).isEqualTo(50);
		assertThat(locked.at("/stock/oversold").intValue()).isZero();
	}

	@Test
	void orderIsChargedOnceHoweverOftenItIsPaid() {
		List<HttpResponse<String>> answers = Stream
			.generate(() -> this.buyers.post(this.shop, "/api/orders/4711/payment", "{\"amount\": 12.50}"))
			.limit(20)
			.toList()
			.stream()
			.map(CompletableFuture::join)
			.toList();
		assertThat(answers).extracting(HttpResponse::statusCode).containsOnly(200);
		assertThat(answers).extracting((answer) -> Buyers.read(answer).get("id").longValue()).containsOnly(1L);
		assertThat(this.buyers.get(this.shop, "/api/orders/4711/charges").size()).isEqualTo(1);
	}

	@Test
	void slowPurchaseHoldsTheLockAndTellsItsToken() {
		HttpResponse<String> answer = this.buyers.post(this.shop, PRODUCT + "/purchases?holdFor=100ms", "").join();
		assertThat(answer.statusCode()).isEqualTo(200);
		assertThat(Buyers.read(answer).get("token").longValue()).isPositive();
		assertThat(this.buyers.post(this.shop, PRODUCT + "/purchases?holdFor=3m", "").join().statusCode())
			.isEqualTo(400);
	}

	@Test
	void unknownProductIsAProblemDetail() {
		HttpResponse<String> answer = this.buyers.post(this.shop, "/api/products/tea/purchases", "").join();
		assertThat(answer.statusCode()).isEqualTo(404);
		assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
		assertThat(Buyers.read(answer).get("title").stringValue()).isEqualTo("Unknown product");
	}

	@Test
	void actuatorShowsLocksHealthAndMeters() {
		this.buyers.buyAtOnce(1, PRODUCT + "/purchases");
		assertThat(
				this.buyers.get(this.shop, "/actuator/health").at("/components/distributedLock/status").stringValue())
			.isEqualTo("UP");
		assertThat(this.buyers.text(this.shop, "/actuator/locks")).contains("\"stock\"", "\"payment\"",
				"\"sales-report\"");
		assertThat(this.buyers.text(this.shop, "/actuator/metrics/distributed.lock.acquire")).contains("lock.name");
		assertThat(this.buyers.text(this.shop, "/actuator/prometheus"))
			.contains("distributed_lock_acquire_seconds_count");
		assertThat(this.buyers.text(this.shop, "/")).contains("shop.js");
	}

}
