package dev.distributedlock.autoconfigure.backend.redis;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import dev.distributedlock.LockKey;
import dev.distributedlock.backend.AcquireCommand;
import dev.distributedlock.backend.AcquireResult.Acquired;
import dev.distributedlock.backend.AcquireResult.Denied;
import dev.distributedlock.backend.WaitQueue.Grant;
import dev.distributedlock.backend.WaitQueue.Listener;
import dev.distributedlock.backend.WaitQueue.Subscription;
import dev.distributedlock.backend.redis.RedissonLockBackend;
import dev.distributedlock.testsupport.RedisCluster;
import dev.distributedlock.testsupport.RedisServer;
import dev.distributedlock.testsupport.RedisVersion;
import dev.distributedlock.testsupport.RespClient;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Locks on a cluster, behind sentinels and with replicas, all of them real.
 */
class RedisTopologyIntegrationTests {

	private final List<RedisServer> servers = new ArrayList<>();

	private final ApplicationContextRunner contexts = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, DataRedisAutoConfiguration.class,
				RedisLockBackendAutoConfiguration.class))
		.withPropertyValues("distributed-lock.key-prefix=topology");

	@AfterEach
	void stop() {
		this.servers.forEach(RedisServer::close);
	}

	@ParameterizedTest
	@EnumSource
	void locksAreSpreadOverAClusterAndSignalsCrossIt(RedisVersion version) {
		version.assumePresent();
		try (RedisCluster cluster = RedisCluster.start(version, 3)) {
			this.contexts.withPropertyValues("spring.data.redis.cluster.nodes=" + nodes(cluster.masters()))
				.run((context) -> {
					assertThat(context).hasNotFailed();
					useLocks(context.getBean(RedissonLockBackend.class));
					assertThat(cluster.masters())
						.allSatisfy((server) -> assertThat((Long) server.send("DBSIZE")).isPositive());
				});
		}
	}

	@Test
	void masterIsFoundAmongReplicasInAnyOrder() {
		RedisServer master = start();
		RedisServer replica = start("--replicaof", "127.0.0.1", Integer.toString(master.port()));
		awaitReplica(replica);
		this.contexts.withPropertyValues("spring.data.redis.masterreplica.nodes=" + nodes(List.of(replica, master)))
			.run((context) -> {
				assertThat(context).hasNotFailed();
				useLocks(context.getBean(RedissonLockBackend.class));
			});
	}

	@Test
	void sentinelNamesTheMaster() {
		RedisServer master = start();
		RedisServer sentinel = startSentinel(master, "");
		this.contexts
			.withPropertyValues("spring.data.redis.sentinel.master=mymaster",
					"spring.data.redis.sentinel.nodes=" + nodes(List.of(sentinel)))
			.run((context) -> {
				assertThat(context).hasNotFailed();
				useLocks(context.getBean(RedissonLockBackend.class));
			});
	}

	@Test
	void sentinelMayHaveAPasswordThatTheMasterHasNot() {
		RedisServer master = start();
		RedisServer sentinel = startSentinel(master, "requirepass s3ntinel\n");
		this.contexts
			.withPropertyValues("spring.data.redis.sentinel.master=mymaster",
					"spring.data.redis.sentinel.password=s3ntinel",
					"spring.data.redis.sentinel.nodes=" + nodes(List.of(sentinel)))
			.run((context) -> {
				assertThat(context).hasNotFailed();
				useLocks(context.getBean(RedissonLockBackend.class));
			});
	}

	@ParameterizedTest
	@EnumSource
	void locksWorkOverTlsWithTheTrustOfABundle(RedisVersion version, @TempDir Path folder) throws Exception {
		version.assumePresent();
		TlsMaterial tls = TlsMaterial.create(folder);
		String port = Integer.toString(RedisServer.freePort());
		this.servers.add(RedisServer.start(version, "--tls-port", port, "--tls-cert-file", tls.certificate().toString(),
				"--tls-key-file", tls.key().toString(), "--tls-ca-cert-file", tls.certificate().toString(),
				"--tls-auth-clients", "no"));
		ApplicationContextRunner encrypted = this.contexts.withPropertyValues("spring.data.redis.port=" + port);
		encrypted
			.withPropertyValues("spring.data.redis.ssl.bundle=locks",
					"spring.ssl.bundle.pem.locks.truststore.certificate=file:" + tls.certificate())
			.run((context) -> {
				assertThat(context).hasNotFailed();
				useLocks(context.getBean(RedissonLockBackend.class));
			});
		encrypted.withPropertyValues("spring.data.redis.ssl.enabled=true")
			.run((context) -> assertThat(context).as("the certificate is trusted by nobody").hasFailed());
	}

	@ParameterizedTest
	@EnumSource
	void clientShowsTheCertificateOfItsBundle(RedisVersion version, @TempDir Path folder) throws Exception {
		version.assumePresent();
		TlsMaterial tls = TlsMaterial.create(folder);
		String port = Integer.toString(RedisServer.freePort());
		this.servers.add(RedisServer.start(version, "--tls-port", port, "--tls-cert-file", tls.certificate().toString(),
				"--tls-key-file", tls.key().toString(), "--tls-ca-cert-file", tls.certificate().toString(),
				"--tls-auth-clients", "yes"));
		ApplicationContextRunner encrypted = this.contexts.withPropertyValues("spring.data.redis.port=" + port,
				"spring.data.redis.ssl.bundle=locks",
				"spring.ssl.bundle.pem.locks.truststore.certificate=file:" + tls.certificate());
		encrypted
			.withPropertyValues("spring.ssl.bundle.pem.locks.keystore.certificate=file:" + tls.certificate(),
					"spring.ssl.bundle.pem.locks.keystore.private-key=file:" + tls.key())
			.run((context) -> {
				assertThat(context).hasNotFailed();
				useLocks(context.getBean(RedissonLockBackend.class));
			});
		encrypted.run((context) -> assertThat(context).as("without a certificate").hasFailed());
	}

	private void useLocks(RedissonLockBackend backend) throws Exception {
		AtomicInteger resumed = new AtomicInteger();
		AtomicInteger granted = new AtomicInteger();
		Listener listener = new Listener() {

			@Override
			public void granted(Grant grant) {
				granted.incrementAndGet();
			}

			@Override
			public void resumed() {
				resumed.incrementAndGet();
			}

		};
		int locks = 100;
		try (Subscription subscription = backend.subscribe(listener)) {
			Awaitility.await("subscribed").atMost(Duration.ofSeconds(20)).until(() -> resumed.get() > 0);
			for (int i = 0; i < locks; i++) {
				LockKey key = LockKey.of("k", i);
				assertThat(get(backend.acquire(command(key, "a")))).isInstanceOf(Acquired.class);
				assertThat(get(backend.acquire(command(key, "b")))).isInstanceOf(Denied.class);
			}
			// In a cluster each bucket has a channel: subscribed when somebody first
			// waits.
			awaitNoMore(resumed);
			for (int i = 0; i < locks; i++) {
				LockKey key = LockKey.of("k", i);
				assertThat(get(backend.renew(key, "a", Duration.ofSeconds(90)))).isTrue();
				assertThat(get(backend.holder(key))).isPresent();
				assertThat(get(backend.release(key, "a"))).isTrue();
			}
			Awaitility.await("all grants").atMost(Duration.ofSeconds(20)).until(() -> granted.get() == locks);
			for (int i = 0; i < locks; i++) {
				assertThat(get(backend.release(LockKey.of("k", i), "b"))).isTrue();
			}
		}
		assertThat(get(backend.probe())).containsEntry("role", "master");
	}

	private static void awaitNoMore(AtomicInteger subscriptions) {
		AtomicInteger last = new AtomicInteger(-1);
		Awaitility.await("no more subscriptions")
			.pollInterval(Duration.ofMillis(300))
			.atMost(Duration.ofSeconds(20))
			.until(() -> last.getAndSet(subscriptions.get()) == subscriptions.get());
	}

	private RedisServer start(String... options) {
		RedisServer server = RedisServer.start(options);
		this.servers.add(server);
		return server;
	}

	private RedisServer startSentinel(RedisServer master, String more) {
		RedisServer sentinel = RedisServer.startWithFile(RedisServer.freePort(),
				"sentinel monitor mymaster 127.0.0.1 " + master.port() + " 1\n" + more, "--sentinel");
		this.servers.add(sentinel);
		return sentinel;
	}

	private static void awaitReplica(RedisServer replica) {
		Awaitility.await("the replica").atMost(Duration.ofSeconds(60)).until(() -> {
			try (RespClient client = replica.client()) {
				return String.valueOf(client.send("INFO", "replication")).contains("master_link_status:up");
			}
		});
	}

	private static String nodes(List<RedisServer> servers) {
		return String.join(",", servers.stream().map((server) -> "127.0.0.1:" + server.port()).toList());
	}

	private static AcquireCommand command(LockKey key, String owner) {
		return new AcquireCommand(key, owner, "instance", Duration.ofSeconds(60), true);
	}

	private static <T> T get(CompletionStage<T> stage) throws Exception {
		return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
	}

}
