package dev.distributedlock.autoconfigure.backend.redis;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;
import org.redisson.config.ReadMode;
import org.redisson.config.SslVerificationMode;

import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.boot.ssl.SslBundle;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RedisTargetFactory}.
 */
class RedisTargetFactoryTests {

	private final RedisLockBackendProperties properties = new RedisLockBackendProperties();

	@Test
	void standaloneServerWithUserAndDatabase() {
		RedisTarget target = target(new Details() {

			@Override
			public String getUsername() {
				return "app";
			}

			@Override
			public String getPassword() {
				return "s3cret";
			}

			@Override
			public Standalone getStandalone() {
				return Standalone.of("redis.example", 6380, 3);
			}

		}, null);
		Config config = target.config();
		assertThat(config.useSingleServer().getAddress()).isEqualTo("redis://redis.example:6380");
		assertThat(config.useSingleServer().getDatabase()).isEqualTo(3);
		assertThat(config.getUsername()).isEqualTo("app");
		assertThat(config.getPassword()).isEqualTo("s3cret");
		assertThat(config.getCodec()).isInstanceOf(StringCodec.class);
		assertThat(target).hasToString("redis://redis.example:6380 (standalone, TLS off, logging in as 'app')");
	}

	@Test
	void commandsAreNotRepeatedAndBoundedByTheCommandTimeout() {
		this.properties.setConnectTimeout(Duration.ofMillis(700));
		Config config = target(standalone("h"), null).config();
		assertThat(config.useSingleServer().getRetryAttempts()).isZero();
		assertThat(config.useSingleServer().getTimeout()).isEqualTo(1500);
		assertThat(config.useSingleServer().getConnectTimeout()).isEqualTo(700);
	}

	@Test
	void clientIsSmallAndCanBeTuned() {
		Config small = target(standalone("h"), null).config();
		assertThat(small.getThreads()).isEqualTo(2);
		assertThat(small.getNettyThreads()).isEqualTo(2);
		assertThat(small.useSingleServer().getConnectionPoolSize()).isEqualTo(8);
		assertThat(small.useSingleServer().getConnectionMinimumIdleSize()).isEqualTo(1);
		this.properties.setThreads(3);
		this.properties.setNettyThreads(5);
		this.properties.setConnectionPoolSize(12);
		this.properties.setConnectionMinimumIdleSize(4);
		Config tuned = target(standalone("h"), null).config();
		assertThat(tuned.getThreads()).isEqualTo(3);
		assertThat(tuned.getNettyThreads()).isEqualTo(5);
		assertThat(tuned.useSingleServer().getConnectionPoolSize()).isEqualTo(12);
		assertThat(tuned.useSingleServer().getConnectionMinimumIdleSize()).isEqualTo(4);
	}

	@Test
	void clientConnectsLazilyIfStartUpMayNotFail() {
		assertThat(target(standalone("h"), null).config().isLazyInitialization()).isFalse();
		this.properties.setFailFast(false);
		assertThat(target(standalone("h"), null).config().isLazyInitialization()).isTrue();
	}

	@Test
	void sentinels() {
		RedisTarget target = target(sentinel("data", "sentinel-user", "sentinel", new String[] { "a", "b" }), null);
		var servers = target.config().useSentinelServers();
		assertThat(servers.getSentinelAddresses()).containsExactly("redis://a:26379", "redis://b:26379");
		assertThat(servers.getMasterName()).isEqualTo("mymaster");
		assertThat(servers.getDatabase()).isEqualTo(2);
		assertThat(servers.getSentinelUsername()).isEqualTo("sentinel-user");
		assertThat(servers.getSentinelPassword()).isEqualTo("sentinel");
		assertThat(target.config().getPassword()).isEqualTo("data");
		assertThat(servers.isCheckSentinelsList()).isTrue();
		assertThat(servers.isSentinelsDiscovery()).isTrue();
		assertThat(servers.getReadMode()).isEqualTo(ReadMode.MASTER);
		assertThat(servers.getMasterConnectionPoolSize()).isEqualTo(8);
		assertThat(target.description()).doesNotContain("data").doesNotContain("sentinel-user");
	}

	@Test
	void oneSentinelIsEnough() {
		Config config = target(sentinel("data", null, null, new String[] { "a" }), null).config();
		assertThat(config.useSentinelServers().isCheckSentinelsList()).isFalse();
	}

	@Test
	void sentinelsWithAPasswordMayGuardServersWithout() {
		Config config = target(sentinel(null, null, "sentinel", new String[] { "127.0.0.1" }), null).config();
		assertThat(config.getCredentialsResolver()).isInstanceOf(SentinelCredentials.class);
		assertThat(config.useSentinelServers().isSentinelsDiscovery()).isFalse();
	}

	@Test
	void cluster() {
		RedisTarget target = target(new Details() {

			@Override
			public Cluster getCluster() {
				return () -> List.of(new Node("a", 7000), new Node("b", 7001));
			}

		}, null);
		assertThat(target.config().useClusterServers().getNodeAddresses()).containsExactly("redis://a:7000",
				"redis://b:7001");
		assertThat(target.mode()).isEqualTo("cluster");
	}

	@Test
	void masterAndReplicasInAnyOrder() {
		RedisTarget target = target(new Details() {

			@Override
			public MasterReplica getMasterReplica() {
				return () -> List.of(new Node("a", 7000), new Node("b", 7001));
			}

		}, null);
		assertThat(target.config().useReplicatedServers().getNodeAddresses()).containsExactly("redis://a:7000",
				"redis://b:7001");
	}

	@Test
	void sslBundleSwitchesTlsOnWithItsManagers() {
		SslBundle bundle = SslBundle.systemDefault();
		RedisTarget target = target(new Details() {

			@Override
			public SslBundle getSslBundle() {
				return bundle;
			}

			@Override
			public Standalone getStandalone() {
				return Standalone.of("h", 6379);
			}

		}, null);
		Config config = target.config();
		assertThat(config.useSingleServer().getAddress()).isEqualTo("rediss://h:6379");
		assertThat(config.getSslTrustManagerFactory()).isSameAs(bundle.getManagers().getTrustManagerFactory());
		assertThat(config.getSslVerificationMode()).isEqualTo(SslVerificationMode.STRICT);
		assertThat(target.tls()).isTrue();
	}

	@Test
	void tlsUrlSwitchesTlsOnWithoutABundle() {
		Config config = target(standalone("h"), "rediss://user:pw@h:6379/2").config();
		assertThat(config.useSingleServer().getAddress()).isEqualTo("rediss://h:6379");
	}

	@Test
	void tlsUrlOfAnotherServerIsNotTheOneThatIsConnected() {
		Config config = target(standalone("from-a-service-connection"), "rediss://h:6379").config();
		assertThat(config.useSingleServer().getAddress()).isEqualTo("redis://from-a-service-connection:6379");
	}

	@Test
	void addressOfVersionSixIsBracketed() {
		Config config = target(standalone("::1"), null).config();
		assertThat(config.useSingleServer().getAddress()).isEqualTo("redis://[::1]:6379");
	}

	private RedisTarget target(DataRedisConnectionDetails details, @Nullable String url) {
		return new RedisTargetFactory(details, this.properties, Duration.ofMillis(1500), url).create();
	}

	private static Details standalone(String host) {
		return new Details() {

			@Override
			public Standalone getStandalone() {
				return Standalone.of(host, 6379);
			}

		};
	}

	private static Details sentinel(@Nullable String password, @Nullable String sentinelUser,
			@Nullable String sentinelPassword, String[] hosts) {
		return new Details() {

			@Override
			public @Nullable String getPassword() {
				return password;
			}

			@Override
			public Sentinel getSentinel() {
				return new SentinelDetails(2, "mymaster",
						List.of(hosts).stream().map((host) -> new Node(host, 26379)).toList(), sentinelUser,
						sentinelPassword);
			}

		};
	}

	private abstract static class Details implements DataRedisConnectionDetails {

	}

	private record SentinelDetails(int database, String master, List<DataRedisConnectionDetails.Node> nodes,
			@Nullable String username, @Nullable String password) implements DataRedisConnectionDetails.Sentinel {

		@Override
		public int getDatabase() {
			return this.database;
		}

		@Override
		public String getMaster() {
			return this.master;
		}

		@Override
		public List<DataRedisConnectionDetails.Node> getNodes() {
			return this.nodes;
		}

		@Override
		public @Nullable String getUsername() {
			return this.username;
		}

		@Override
		public @Nullable String getPassword() {
			return this.password;
		}

	}

}
