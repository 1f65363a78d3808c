package dev.distributedlock.autoconfigure.backend.redis;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import dev.distributedlock.LockBackendException;
import dev.distributedlock.LockKey;
import dev.distributedlock.backend.AcquireCommand;
import dev.distributedlock.backend.AcquireResult;
import dev.distributedlock.backend.LockBackend;
import dev.distributedlock.backend.WaitQueue;
import dev.distributedlock.backend.redis.RedissonLockBackend;
import dev.distributedlock.testsupport.RedisServer;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Tests for {@link RedisLockBackendAutoConfiguration} with a real Redis.
 */
@ExtendWith(OutputCaptureExtension.class)
class RedisLockBackendAutoConfigurationIntegrationTests {

	private static final RedisServer server = RedisServer.shared();

	private final String prefix = "ac-" + UUID.randomUUID();

	private final ApplicationContextRunner contexts = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, DataRedisAutoConfiguration.class,
				RedisLockBackendAutoConfiguration.class))
		.withPropertyValues("distributed-lock.key-prefix=" + this.prefix);

	@Test
	void locksAreHeldInTheRedisOfSpringBoot() {
		this.contexts.withPropertyValues(at(server)).run((context) -> {
			assertThat(context).hasSingleBean(LockBackend.class).hasSingleBean(RedissonLockBackend.class);
			assertThat(context).doesNotHaveBean(RedissonClient.class);
			LockKey key = LockKey.of("a");
			assertThat(acquire(context, key)).isInstanceOf(AcquireResult.Acquired.class);
			assertThat(server.send("KEYS", this.prefix + ":*:lock:a")).asInstanceOf(InstanceOfAssertFactories.LIST)
				.hasSize(1);
			assertThat(release(context, key)).isTrue();
		});
	}

	@Test
	void fewThreadsAreAddedAndNoneIsLeft() {
		Set<Thread> before = threads();
		this.contexts.withPropertyValues(at(server)).run((context) -> {
			AutoCloseable subscription = context.getBean(RedissonLockBackend.class).subscribe(new Silent());
			assertThat(acquire(context, LockKey.of("a"))).isInstanceOf(AcquireResult.Acquired.class);
			release(context, LockKey.of("a"));
			Set<Thread> added = threads();
			added.removeAll(before);
			assertThat(added).hasSizeBetween(1, 8);
			subscription.close();
		});
		Awaitility.await("threads end after the context was closed").atMost(Duration.ofSeconds(20)).until(() -> {
			Set<Thread> left = threads();
			left.removeAll(before);
			left.removeIf((thread) -> !thread.getName().contains("redisson"));
			return left.isEmpty();
		});
	}

	@Test
	void connectionsAreClosedWithTheContext() {
		try (RedisServer own = RedisServer.start()) {
			this.contexts.withPropertyValues(at(own)).run((context) -> assertThat(connections(own)).isBetween(1L, 6L));
			Awaitility.await("connections are closed")
				.atMost(Duration.ofSeconds(20))
				.until(() -> connections(own) == 0);
		}
	}

	@Test
	void clientOfTheApplicationWinsAndStaysOpen() {
		RedissonClient client = client(server);
		try {
			this.contexts.withPropertyValues("spring.data.redis.port=1")
				.withBean("own", RedissonClient.class, () -> client,
						(definition) -> definition.setDestroyMethodName(null))
				.run((context) -> assertThat(acquire(context, LockKey.of("b")))
					.isInstanceOf(AcquireResult.Acquired.class));
			assertThat(client.isShutdown()).isFalse();
			assertThat(client.getKeys().count()).isPositive();
		}
		finally {
			client.getKeys().deleteByPattern(this.prefix + "*");
			client.shutdown();
		}
	}

	@Test
	void clientOfTheApplicationIsEnoughWithoutSpringData() {
		RedissonClient client = client(server);
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(RedisLockBackendAutoConfiguration.class))
			.withClassLoader(new FilteredClassLoader("org.springframework.boot.data.redis", "org.springframework.data"))
			.withBean(RedissonClient.class, () -> client)
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(RedissonLockBackend.class));
	}

	@Test
	void detailsAreEnoughWithoutLettuce() {
		this.contexts.withPropertyValues(at(server))
			.withClassLoader(new FilteredClassLoader("io.lettuce"))
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(RedissonLockBackend.class));
	}

	@Test
	void neitherClientNorDetailsIsAnalyzed() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(RedisLockBackendAutoConfiguration.class))
			.run((context) -> {
				FailureAnalysis analysis = analysis(context);
				assertThat(analysis.getDescription()).contains("neither a RedissonClient bean");
				assertThat(analysis.getAction()).contains("spring-boot-data-redis");
			});
	}

	@Test
	void storeOfTheApplicationWins() {
		this.contexts.withPropertyValues("spring.data.redis.port=1")
			.withUserConfiguration(OwnStore.class)
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(LockBackend.class)
				.doesNotHaveBean(RedissonLockBackend.class)
				.doesNotHaveBean(LockRedissonClient.class));
	}

	@Test
	void anotherStoreSwitchesItOff() {
		this.contexts.withPropertyValues("distributed-lock.backend=memory")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(LockBackend.class));
		this.contexts.withPropertyValues("distributed-lock.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(LockBackend.class));
	}

	@Test
	void missingRedissonSwitchesItOff() {
		this.contexts.withClassLoader(new FilteredClassLoader("org.redisson"))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(LockBackend.class));
	}

	@Test
	void startUpFailsWithAnAnalysisIfNothingListens() {
		Set<Thread> before = threads();
		int port = RedisServer.freePort();
		this.contexts.withPropertyValues("spring.data.redis.host=127.0.0.1", "spring.data.redis.port=" + port)
			.run((context) -> {
				FailureAnalysis analysis = analysis(context);
				assertThat(analysis.getDescription())
					.contains("redis://127.0.0.1:" + port + " (standalone, TLS off, without a password)")
					.contains("the connection was refused");
				assertThat(analysis.getAction()).contains("spring.data.redis.host")
					.contains("'distributed-lock.redis.fail-fast' to false");
			});
		Awaitility.await("threads end after the failure").atMost(Duration.ofSeconds(20)).until(() -> {
			Set<Thread> left = threads();
			left.removeAll(before);
			left.removeIf((thread) -> !thread.getName().contains("redisson"));
			return left.isEmpty();
		});
	}

	@Test
	void startUpFailsInTimeIfTheServerIsSilent() {
		try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
			long start = System.nanoTime();
			this.contexts
				.withPropertyValues("spring.data.redis.host=127.0.0.1",
						"spring.data.redis.port=" + silent.getLocalPort(), "distributed-lock.command-timeout=500ms",
						"distributed-lock.redis.connect-timeout=500ms")
				.run((context) -> assertThat(analysis(context).getDescription()).contains("no answer in time"));
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Test
	void wrongPasswordIsAnalyzedWithoutShowingIt(CapturedOutput output) {
		try (RedisServer own = RedisServer.start("--requirepass", "right-secret")) {
			this.contexts.withPropertyValues(at(own))
				.withPropertyValues("spring.data.redis.password=wrong-secret", "spring.data.redis.username=default")
				.run((context) -> {
					FailureAnalysis analysis = analysis(context);
					assertThat(analysis.getDescription()).contains("WRONGPASS").contains("logging in as 'default'");
					assertThat(analysis.getAction()).contains("spring.data.redis.password");
					assertThat(analysis.getDescription() + analysis.getAction()).doesNotContain("secret");
					assertThat(context.getStartupFailure()).hasStackTraceContaining("WRONGPASS");
					assertThat(stackTrace(context.getStartupFailure())).doesNotContain("wrong-secret");
				});
			this.contexts.withPropertyValues(at(own))
				.run((context) -> assertThat(analysis(context).getDescription()).contains("NOAUTH"));
			this.contexts.withPropertyValues(at(own))
				.withPropertyValues("spring.data.redis.password=right-secret")
				.run((context) -> assertThat(acquire(context, LockKey.of("c")))
					.isInstanceOf(AcquireResult.Acquired.class));
			this.contexts
				.withPropertyValues("spring.data.redis.url=redis://default:right-secret@127.0.0.1:" + own.port() + "/2")
				.run((context) -> {
					assertThat(acquire(context, LockKey.of("d"))).isInstanceOf(AcquireResult.Acquired.class);
					assertThat(own.send("DBSIZE")).isEqualTo(2L);
				});
		}
		assertThat(output).doesNotContain("wrong-secret").doesNotContain("right-secret");
	}

	@Test
	void untrustedCertificateIsAnalyzed(@TempDir Path folder) throws Exception {
		try (TlsServer tls = TlsServer.start(folder)) {
			this.contexts
				.withPropertyValues("spring.data.redis.host=localhost", "spring.data.redis.port=" + tls.port(),
						"spring.data.redis.ssl.enabled=true")
				.run((context) -> {
					FailureAnalysis analysis = analysis(context);
					assertThat(analysis.getDescription()).contains("rediss://localhost:" + tls.port())
						.contains("TLS on")
						.contains("the TLS handshake failed")
						.contains("unable to find valid certification path");
					assertThat(analysis.getAction()).contains("spring.data.redis.ssl.bundle");
				});
		}
	}

	@Test
	void readOnlyServerIsAnalyzed() {
		try (RedisServer master = RedisServer.start();
				RedisServer replica = RedisServer.start("--replicaof", "127.0.0.1", Integer.toString(master.port()))) {
			this.contexts.withPropertyValues(at(replica)).run((context) -> {
				assertThat(analysis(context).getDescription()).contains("READONLY");
				assertThat(analysis(context).getAction()).contains("a master");
			});
		}
	}

	@Test
	void applicationStartsWithoutRedisIfItMayAndLocksWhenRedisComes(CapturedOutput output) {
		int port = RedisServer.freePort();
		this.contexts
			.withPropertyValues("spring.data.redis.host=127.0.0.1", "spring.data.redis.port=" + port,
					"distributed-lock.redis.fail-fast=false", "distributed-lock.command-timeout=1s",
					"distributed-lock.redis.connect-timeout=1s")
			.run((context) -> {
				RedissonLockBackend backend = context.getBean(RedissonLockBackend.class);
				Silent listener = new Silent();
				backend.subscribe(listener);
				long start = System.nanoTime();
				CompletionStage<Map<String, Object>> probe = backend.probe();
				assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(500));
				assertThatThrownBy(() -> await(probe)).hasCauseInstanceOf(LockBackendException.class)
					.hasMessageContaining("no connection");
				Awaitility.await("the warning")
					.atMost(Duration.ofSeconds(10))
					.until(() -> output.getAll().contains("Locks cannot be acquired until Redis can be used"));
				try (RedisServer own = RedisServer.start(port)) {
					Awaitility.await("the store is up")
						.atMost(Duration.ofSeconds(30))
						.ignoreExceptions()
						.until(() -> await(backend.probe()) != null);
					assertThat(acquire(context, LockKey.of("e"))).isInstanceOf(AcquireResult.Acquired.class);
					Awaitility.await("signals come as well").atMost(Duration.ofSeconds(20)).until(() -> {
						await(backend
							.acquire(new AcquireCommand(LockKey.of("e"), "other", "i", Duration.ofSeconds(5), true)));
						return listener.resumed;
					});
				}
			});
	}

	private static String[] at(RedisServer server) {
		return new String[] { "spring.data.redis.host=" + server.host(), "spring.data.redis.port=" + server.port() };
	}

	private static RedissonClient client(RedisServer server) {
		Config config = new Config();
		config.setThreads(2).setNettyThreads(2);
		config.useSingleServer().setAddress(server.url()).setConnectionMinimumIdleSize(1).setConnectionPoolSize(2);
		return Redisson.create(config);
	}

	private static AcquireResult acquire(AssertableApplicationContext context, LockKey key) throws Exception {
		return await(context.getBean(LockBackend.class)
			.acquire(new AcquireCommand(key, "owner", "instance", Duration.ofSeconds(20), false)));
	}

	private static boolean release(AssertableApplicationContext context, LockKey key) throws Exception {
		return await(context.getBean(LockBackend.class).release(key, "owner"));
	}

	private static <T> T await(CompletionStage<T> stage) throws Exception {
		return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
	}

	private static long connections(RedisServer server) {
		String clients = (String) server.send("CLIENT", "LIST", "TYPE", "normal");
		String subscribers = (String) server.send("CLIENT", "LIST", "TYPE", "pubsub");
		// without the one that asks
		return (String.valueOf(clients) + subscribers).lines().filter((line) -> line.contains("addr=")).count() - 1;
	}

	private static Set<Thread> threads() {
		return Thread.getAllStackTraces().keySet().stream().filter(Thread::isAlive).collect(Collectors.toSet());
	}

	private static FailureAnalysis analysis(AssertableApplicationContext context) {
		assertThat(context).hasFailed();
		FailureAnalysis analysis = new RedisStartupFailureAnalyzer().analyze(context.getStartupFailure());
		assertThat(analysis).isNotNull();
		return analysis;
	}

	private static String stackTrace(Throwable failure) {
		StringWriter text = new StringWriter();
		failure.printStackTrace(new PrintWriter(text));
		return text.toString();
	}

	@Configuration(proxyBeanMethods = false)
	static final class OwnStore {

		@Bean
		LockBackend ownStore() {
			return new LockBackend() {

				@Override
				public String name() {
					return "own";
				}

				@Override
				public CompletionStage<AcquireResult> acquire(AcquireCommand command) {
					return CompletableFuture.completedStage(new AcquireResult.Denied(null));
				}

				@Override
				public CompletionStage<Boolean> renew(LockKey key, String owner, Duration lease) {
					return CompletableFuture.completedStage(false);
				}

				@Override
				public CompletionStage<Boolean> release(LockKey key, String owner) {
					return CompletableFuture.completedStage(false);
				}

			};
		}

	}

	private static final class Silent implements WaitQueue.Listener {

		private volatile boolean resumed;

		@Override
		public void granted(WaitQueue.Grant grant) {
		}

		@Override
		public void resumed() {
			this.resumed = true;
		}

	}

}
