package dev.distributedlock.autoconfigure.backend.redis;

import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import org.redisson.config.Credentials;
import org.redisson.config.CredentialsResolver;

import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails.Node;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails.Sentinel;

/**
 * Credentials for sentinels that have a password while their servers have none.
 */
final class SentinelCredentials implements CredentialsResolver {

	private final Sentinel sentinel;

	SentinelCredentials(Sentinel sentinel) {
		this.sentinel = sentinel;
	}

	@Override
	public CompletionStage<Credentials> resolve(InetSocketAddress address) {
		boolean asksSentinel = this.sentinel.getNodes().stream().anyMatch((node) -> matches(node, address));
		return CompletableFuture.completedStage(asksSentinel
				? new Credentials(this.sentinel.getUsername(), this.sentinel.getPassword()) : new Credentials());
	}

	@Override
	public CompletionStage<Void> nextRenewal() {
		// never
		return new CompletableFuture<>();
	}

	private static boolean matches(Node node, InetSocketAddress address) {
		if (node.port() != address.getPort()) {
			return false;
		}
		return node.host().equalsIgnoreCase(address.getHostString())
				|| (address.getAddress() != null && new InetSocketAddress(node.host(), node.port()).getAddress() != null
						&& new InetSocketAddress(node.host(), node.port()).getAddress().equals(address.getAddress()));
	}

}
