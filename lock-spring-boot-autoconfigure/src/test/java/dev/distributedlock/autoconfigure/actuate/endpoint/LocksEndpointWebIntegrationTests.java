package dev.distributedlock.autoconfigure.actuate.endpoint;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import dev.distributedlock.LockBackendException;
import dev.distributedlock.LockDefinition;
import dev.distributedlock.LockDefinitions;
import dev.distributedlock.LockHolder;
import dev.distributedlock.LockKey;
import dev.distributedlock.LockOptions;
import dev.distributedlock.LockSettings;
import dev.distributedlock.actuate.FixedLocks;
import dev.distributedlock.autoconfigure.DistributedLockProperties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.json.BasicJsonTester;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what operators see over a real web server.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		classes = LocksEndpointWebIntegrationTests.Application.class,
		properties = { "management.endpoints.web.exposure.include=locks,health",
				"management.endpoint.health.show-details=always", "distributed-lock.instance-name=inventory-3",
				"distributed-lock.enabled=false" })
class LocksEndpointWebIntegrationTests {

	// printf %s orders:alice | sha256sum
	private static final String FINGERPRINT = "orders:sha256/8314733e";

	private final BasicJsonTester json = new BasicJsonTester(getClass());

	private final HttpClient client = HttpClient.newHttpClient();

	@LocalServerPort
	private int port;

	@Autowired
	private FixedLocks locks;

	@BeforeEach
	void reset() {
		this.locks.held.clear();
		this.locks.waiting.clear();
		this.locks.holders.clear();
		this.locks.lookupFailure = null;
	}

	@Test
	void locksAreDescribedWithFingerprintsOfKeys() throws Exception {
		this.locks.contend("orders", "alice");
		HttpResponse<String> response = get("/actuator/locks");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.body()).doesNotContain("alice");
		assertThat(this.json.from(response.body())).isStrictlyEqualToJson("""
				{"backend": "fixed", "instance": "inventory-3",
				 "definitions": [{"name": "orders", "location": "OrderService.pay", "key": "#id",
				   "waitTime": "PT2S", "leaseTime": "PT30S", "renew": true}],
				 "held": [{"name": "orders", "key": "%1$s", "token": 7, "state": "HELD", "thread": "http-1",
				   "heldFor": "PT12S", "remaining": "PT18.5S"}],
				 "waiting": [{"name": "orders", "key": "%1$s", "thread": "http-2", "waitingFor": "PT0.25S"}]}
				""".formatted(FINGERPRINT));
	}

	@Test
	void holderOnAnyInstanceIsFoundByNameAndKey() throws Exception {
		hold(LockKey.of("orders", "alice"));
		HttpResponse<String> response = get("/actuator/locks/orders?key=alice");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(this.json.from(response.body())).isStrictlyEqualToJson("""
				{"name": "orders", "key": "%s", "held": true,
				 "holder": {"instance": "web-1", "token": 42, "heldFor": "PT3S", "remaining": "PT27S"}}
				""".formatted(FINGERPRINT));
	}

	@Test
	void partsWithSeparatorsAreNoOtherIdentity() throws Exception {
		hold(LockKey.of("orders", "eu", "42"));
		assertThat(get("/actuator/locks/orders?key=eu:42").body()).contains("\"held\":false");
		assertThat(get("/actuator/locks/orders?identity=orders:eu:42").body()).contains("\"held\":true");
	}

	@Test
	void lockWithoutNameIsFoundByItsKeyAlone() throws Exception {
		hold(LockKey.of("42"));
		assertThat(get("/actuator/locks/42").body()).contains("\"held\":true");
	}

	@Test
	void freeLockIsNotHeld() throws Exception {
		assertThat(this.json.from(get("/actuator/locks/orders?key=alice").body())).isStrictlyEqualToJson("""
				{"name": "orders", "key": "%s", "held": false}
				""".formatted(FINGERPRINT));
	}

	@Test
	void whatIsNoIdentityIsABadRequest() throws Exception {
		assertThat(get("/actuator/locks/orders?key=").statusCode()).isEqualTo(400);
		assertThat(get("/actuator/locks/orders?identity=a%7Bb").statusCode()).isEqualTo(400);
		assertThat(get("/actuator/locks/orders?key=a&identity=b").statusCode()).isEqualTo(400);
	}

	@Test
	void storeThatDoesNotAnswerIsServiceUnavailable() throws Exception {
		this.locks.lookupFailure = new LockBackendException("gone", null, true);
		assertThat(get("/actuator/locks/orders?key=alice").statusCode()).isEqualTo(503);
	}

	@Test
	void thereIsNothingToDelete() throws Exception {
		HttpRequest delete = HttpRequest.newBuilder(uri("/actuator/locks/orders?key=alice")).DELETE().build();
		assertThat(this.client.send(delete, HttpResponse.BodyHandlers.ofString()).statusCode()).isIn(404, 405);
	}

	@Test
	void healthHasTheComponentAndLivenessHasNot() throws Exception {
		String health = get("/actuator/health/distributedLock").body();
		assertThat(this.json.from(health)).extractingJsonPathValue("$.status").isEqualTo("UP");
		assertThat(this.json.from(health)).extractingJsonPathValue("$.details.backend").isEqualTo("fixed");
		assertThat(get("/actuator/health/liveness").body()).doesNotContain("distributedLock");
	}

	private void hold(LockKey key) {
		this.locks.holders.put(key, new LockHolder("web-1", 42, Duration.ofSeconds(3), Duration.ofSeconds(27)));
	}

	private HttpResponse<String> get(String path) throws IOException, InterruptedException {
		return send(this.port, path);
	}

	private URI uri(String path) {
		return URI.create("http://127.0.0.1:" + this.port + path);
	}

	private static HttpResponse<String> send(int port, String path) throws IOException, InterruptedException {
		return HttpClient.newHttpClient()
			.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
					HttpResponse.BodyHandlers.ofString());
	}

	@Nested
	@TestPropertySource(properties = "management.endpoint.locks.show-values=always")
	class KeysAreShown {

		@LocalServerPort
		private int port;

		@Autowired
		private FixedLocks locks;

		@Test
		void keysAreShownWhenAskedFor() throws Exception {
			this.locks.contend("orders", "alice");
			assertThat(send(this.port, "/actuator/locks").body()).contains("\"key\":\"orders:alice\"")
				.doesNotContain("sha256");
		}

	}

	@Nested
	@TestPropertySource(properties = "management.endpoint.locks.show-values=when-authorized")
	class KeysAreShownToTheAuthorized {

		@LocalServerPort
		private int port;

		@Autowired
		private FixedLocks locks;

		@Test
		void keysAreNotShownToAnybody() throws Exception {
			this.locks.contend("orders", "alice");
			assertThat(send(this.port, "/actuator/locks").body()).contains("sha256").doesNotContain("alice");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@EnableConfigurationProperties(DistributedLockProperties.class)
	static class Application {

		@Bean
		FixedLocks locks() {
			return new FixedLocks();
		}

		@Bean
		LockSettings lockSettings() {
			return new LockSettings(LockOptions.NONE,
					Map.of("orders", new LockOptions(Duration.ofSeconds(2), null, null)));
		}

		@Bean
		LockDefinitions lockDefinitions() {
			return () -> List.of(new LockDefinition("orders", "OrderService.pay", "#id", LockOptions.NONE));
		}

	}

}
