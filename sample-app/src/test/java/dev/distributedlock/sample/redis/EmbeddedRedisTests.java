package dev.distributedlock.sample.redis;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

class EmbeddedRedisTests {

	@TempDir
	private Path directory = Path.of("");

	private final int port = freePort();

	private final RedisProbe probe = new RedisProbe(this.port);

	@Test
	void livesAsLongAsItsLastMember() {
		assertThat(this.probe.answers()).isFalse();
		try (EmbeddedRedis second = joinAfterFirst()) {
			Awaitility.await("Redis outlives its first member")
				.during(Duration.ofSeconds(1))
				.atMost(Duration.ofSeconds(5))
				.until(this.probe::answers);
			assertThat(second).isNotNull();
		}
		awaitEnd();
	}

	@Test
	void isStartedAgainWhenItEnds() throws IOException {
		try (EmbeddedRedis redis = EmbeddedRedis.join(this.port, this.directory)) {
			String first = ask("INFO server").replaceAll("(?s).*run_id:(\\w+).*", "$1");
			ask("SHUTDOWN NOSAVE");
			Awaitility.await("the watch looks every second").atMost(Duration.ofSeconds(10)).until(this.probe::answers);
			assertThat(ask("INFO server")).doesNotContain(first).contains("run_id:");
			assertThat(redis).isNotNull();
		}
		awaitEnd();
	}

	@ParameterizedTest
	@ValueSource(strings = { "shop.embedded-redis.enabled=false", "spring.data.redis.host=redis.example.org",
			"spring.data.redis.url=redis://localhost", "spring.data.redis.sentinel.nodes=localhost:26379",
			"spring.data.redis.cluster.nodes[0]=localhost:7000" })
	void isNotWantedWhereRedisIsSomebodyElses(String property) {
		MockEnvironment environment = new MockEnvironment().withProperty("spring.data.redis.host", "127.0.0.1");
		assertThat(EmbeddedRedisInitializer.isWanted(environment)).isTrue();
		String[] parts = property.split("=", 2);
		environment.setProperty(parts[0], parts[1]);
		assertThat(EmbeddedRedisInitializer.isWanted(environment)).isFalse();
	}

	private EmbeddedRedis joinAfterFirst() {
		try (EmbeddedRedis first = EmbeddedRedis.join(this.port, this.directory)) {
			assertThat(first).isNotNull();
			return EmbeddedRedis.join(this.port, this.directory);
		}
	}

	private void awaitEnd() {
		Awaitility.await("the last member takes Redis along")
			.atMost(Duration.ofSeconds(10))
			.until(() -> !this.probe.answers());
	}

	private String ask(String command) throws IOException {
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), this.port)) {
			socket.getOutputStream().write((command + "\r\nQUIT\r\n").getBytes(StandardCharsets.US_ASCII));
			return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
		}
	}

	private static int freePort() {
		try (ServerSocket socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
