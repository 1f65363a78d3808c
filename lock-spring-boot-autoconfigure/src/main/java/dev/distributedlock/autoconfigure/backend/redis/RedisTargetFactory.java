package dev.distributedlock.autoconfigure.backend.redis;

import java.net.URI;
import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.BaseConfig;
import org.redisson.config.BaseMasterSlaveServersConfig;
import org.redisson.config.Config;
import org.redisson.config.ReadMode;
import org.redisson.config.SentinelServersConfig;
import org.redisson.config.SubscriptionMode;

import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails.Node;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails.Sentinel;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails.Standalone;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslOptions;

/**
 * Translates the connection details of Spring Boot into a small configuration of
 * Redisson: all commands go to the master, nothing is repeated behind the engine's back,
 * and few threads and connections are kept.
 */
final class RedisTargetFactory {

	private final DataRedisConnectionDetails details;

	private final RedisLockBackendProperties properties;

	private final int commandTimeout;

	private final boolean tls;

	RedisTargetFactory(DataRedisConnectionDetails details, RedisLockBackendProperties properties,
			Duration commandTimeout, @Nullable String url) {
		this.details = details;
		this.properties = properties;
		this.commandTimeout = Math.toIntExact(commandTimeout.toMillis());
		this.tls = details.getSslBundle() != null || isTlsUrl(url);
	}

	RedisTarget create() {
		Config config = new Config();
		config.setCodec(StringCodec.INSTANCE)
			.setThreads(this.properties.getThreads())
			.setNettyThreads(this.properties.getNettyThreads())
			.setLazyInitialization(!this.properties.isFailFast())
			.setTcpKeepAlive(true);
		config.setUsername(this.details.getUsername());
		config.setPassword(this.details.getPassword());
		applySsl(config);
		if (this.details.getSentinel() != null) {
			return sentinel(config, this.details.getSentinel());
		}
		if (this.details.getCluster() != null) {
			return cluster(config, this.details.getCluster().getNodes());
		}
		if (this.details.getMasterReplica() != null) {
			return masterReplica(config, this.details.getMasterReplica().getNodes());
		}
		Standalone standalone = this.details.getStandalone();
		if (standalone == null) {
			throw new IllegalStateException("The connection details of Redis name no server");
		}
		return standalone(config, standalone);
	}

	private RedisTarget standalone(Config config, Standalone standalone) {
		String address = address(standalone.getHost(), standalone.getPort());
		applyCommon(config.useSingleServer()).setAddress(address)
			.setDatabase(standalone.getDatabase())
			.setConnectionPoolSize(this.properties.getConnectionPoolSize())
			.setConnectionMinimumIdleSize(this.properties.getConnectionMinimumIdleSize());
		return target(config, "standalone", List.of(address));
	}

	private RedisTarget sentinel(Config config, Sentinel sentinel) {
		List<String> addresses = addresses(sentinel.getNodes());
		SentinelServersConfig servers = applyPools(applyCommon(config.useSentinelServers()))
			.setMasterName(sentinel.getMaster())
			.setDatabase(sentinel.getDatabase())
			.setSentinelUsername(sentinel.getUsername())
			.setSentinelPassword(sentinel.getPassword())
			// one sentinel is enough for Spring Data, Redisson wants two
			.setCheckSentinelsList(addresses.size() > 1);
		servers.setSentinelAddresses(addresses);
		if (sentinel.getPassword() != null && this.details.getPassword() == null) {
			// Redisson looks at the sentinels' password only if the servers have one too
			config.setCredentialsResolver(new SentinelCredentials(sentinel));
			servers.setSentinelsDiscovery(false);
		}
		return target(config, "sentinel, master '" + sentinel.getMaster() + "'", addresses);
	}

	private RedisTarget cluster(Config config, List<Node> nodes) {
		List<String> addresses = addresses(nodes);
		applyPools(applyCommon(config.useClusterServers())).setNodeAddresses(addresses);
		return target(config, "cluster", addresses);
	}

	private RedisTarget masterReplica(Config config, List<Node> nodes) {
		List<String> addresses = addresses(nodes);
		// the nodes come in no particular order: this mode asks each for its role
		applyPools(applyCommon(config.useReplicatedServers())).setNodeAddresses(addresses);
		return target(config, "master and replicas", addresses);
	}

	private <T extends BaseConfig<T>> T applyCommon(T servers) {
		return servers.setTimeout(this.commandTimeout)
			.setConnectTimeout(Math.toIntExact(this.properties.getConnectTimeout().toMillis()))
			.setRetryAttempts(0);
	}

	private <T extends BaseMasterSlaveServersConfig<T>> T applyPools(T servers) {
		return servers.setReadMode(ReadMode.MASTER)
			.setSubscriptionMode(SubscriptionMode.MASTER)
			.setMasterConnectionPoolSize(this.properties.getConnectionPoolSize())
			.setMasterConnectionMinimumIdleSize(this.properties.getConnectionMinimumIdleSize());
	}

	private void applySsl(Config config) {
		SslBundle bundle = this.details.getSslBundle();
		if (bundle == null) {
			return;
		}
		config.setSslTrustManagerFactory(bundle.getManagers().getTrustManagerFactory());
		config.setSslKeyManagerFactory(bundle.getManagers().getKeyManagerFactory());
		SslOptions options = bundle.getOptions();
		if (options.getCiphers() != null) {
			config.setSslCiphers(options.getCiphers());
		}
		if (options.getEnabledProtocols() != null) {
			config.setSslProtocols(options.getEnabledProtocols());
		}
	}

	private RedisTarget target(Config config, String mode, List<String> addresses) {
		return new RedisTarget(config, mode, addresses, this.tls, this.details.getUsername(),
				this.details.getPassword() != null);
	}

	private List<String> addresses(List<Node> nodes) {
		return nodes.stream().map((node) -> address(node.host(), node.port())).toList();
	}

	private String address(String host, int port) {
		String bracketed = (host.indexOf(':') >= 0 && !host.startsWith("[")) ? "[" + host + "]" : host;
		return (this.tls ? "rediss://" : "redis://") + bracketed + ":" + port;
	}

	/**
	 * Spring Boot gives no bundle for a {@code rediss} URL. The URL counts only if the
	 * details come from it, and not from a service connection that replaced it.
	 */
	private boolean isTlsUrl(@Nullable String url) {
		Standalone standalone = this.details.getStandalone();
		if (url == null || standalone == null || !url.startsWith("rediss://")) {
			return false;
		}
		URI uri = URI.create(url);
		return standalone.getHost().equals(uri.getHost()) && standalone.getPort() == uri.getPort();
	}

}
