package dev.distributedlock.autoconfigure.backend.redis;

import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.concurrent.TimeoutException;

import javax.net.ssl.SSLException;

import dev.distributedlock.LockBackendException;
import org.jspecify.annotations.Nullable;
import org.redisson.client.RedisAuthRequiredException;
import org.redisson.client.RedisTimeoutException;
import org.redisson.client.RedisWrongPasswordException;

/**
 * Puts into words why Redis cannot be used. Texts of Redisson are not repeated, as they
 * may have arguments of commands in them.
 */
final class RedisDiagnosis {

	private static final String WAY_OUT = System.lineSeparator()
			+ "To start without Redis all the same, set 'distributed-lock.redis.fail-fast' to false: the store is "
			+ "reported as down, and locks work as soon as Redis does. To use another store, set "
			+ "'distributed-lock.backend'.";

	private RedisDiagnosis() {
	}

	static RedisStartupException unavailable(String target, Throwable failure) {
		Finding finding = finding(failure);
		String description = "Redis, which is to hold the distributed locks, cannot be used at " + target + "."
				+ System.lineSeparator() + "Tried to connect, to log in and to write and delete a key: "
				+ finding.reason();
		return new RedisStartupException(description, finding.check() + WAY_OUT, failure);
	}

	static RedisStartupException unconfigured() {
		return new RedisStartupException(
				"Distributed locks are to be held in Redis ('distributed-lock.backend' is 'redis', the default), "
						+ "but the application has neither a RedissonClient bean nor Spring Boot's Redis connection "
						+ "details.",
				"Add a dependency on 'org.springframework.boot:spring-boot-data-redis' and set "
						+ "'spring.data.redis.*', or define a RedissonClient bean, or set "
						+ "'distributed-lock.backend' to another store.",
				null);
	}

	private static Finding finding(Throwable failure) {
		Throwable known = find(failure, RedisWrongPasswordException.class);
		if (known != null) {
			return new Finding("the server refused the user name or the password (WRONGPASS).",
					"Check 'spring.data.redis.username' and 'spring.data.redis.password', or the user information "
							+ "in 'spring.data.redis.url'.");
		}
		if (find(failure, RedisAuthRequiredException.class) != null) {
			return new Finding("the server wants a password, and none is configured (NOAUTH).",
					"Set 'spring.data.redis.password', and 'spring.data.redis.username' for a user other than "
							+ "'default'.");
		}
		known = find(failure, SSLException.class);
		if (known != null) {
			return new Finding("the TLS handshake failed: " + root(known) + ".",
					"Check that the server speaks TLS on this port, that its certificate names this host, and that "
							+ "the SSL bundle in 'spring.data.redis.ssl.bundle' trusts the certificate's issuer.");
		}
		known = find(failure, UnknownHostException.class);
		if (known != null) {
			return new Finding("the host name cannot be resolved.",
					"Check 'spring.data.redis.host' or 'spring.data.redis.url', and the name service.");
		}
		known = find(failure, ConnectException.class);
		if (known != null) {
			return new Finding("the connection was refused.",
					"Check that Redis is running and listens there, and that 'spring.data.redis.host' and "
							+ "'spring.data.redis.port' (or 'spring.data.redis.url') are right.");
		}
		if (find(failure, RedisTimeoutException.class) != null || find(failure, TimeoutException.class) != null) {
			return new Finding("there was no answer in time.",
					"Check that firewalls let the traffic through, that the server is not overloaded, and that "
							+ "'spring.data.redis.ssl.enabled' says what the server expects: a server that wants TLS, "
							+ "or a client certificate, may just be silent.");
		}
		if (failure instanceof LockBackendException refused) {
			return new Finding(String.valueOf(refused.getMessage()) + ".",
					"Check that this server is a master and that the user may use the commands, keys and channels "
							+ "that locks need.");
		}
		return new Finding(root(failure) + ".", "Check 'spring.data.redis.*'.");
	}

	private static <T extends Throwable> @Nullable T find(Throwable failure, Class<T> type) {
		for (Throwable t = failure; t != null; t = t.getCause()) {
			if (type.isInstance(t)) {
				return type.cast(t);
			}
		}
		return null;
	}

	private static String root(Throwable failure) {
		Throwable root = failure;
		while (root.getCause() != null) {
			root = root.getCause();
		}
		return (root.getMessage() != null) ? root.getMessage() : root.getClass().getSimpleName();
	}

	/**
	 * What was found.
	 *
	 * @param reason why it failed
	 * @param check what to check
	 */
	private record Finding(String reason, String check) {
	}

}
