package dev.distributedlock.sample.redis;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * Makes sure that Redis runs before any bean is made, so that the lock client can insist
 * on a connection at start-up. Registered in {@code META-INF/spring.factories}.
 * <p>
 * Does nothing unless the configured Redis is a single one on this machine: with a URL, a
 * sentinel, a cluster or a host that is not a loopback address, or with
 * {@code shop.embedded-redis.enabled=false}, Redis is somebody else's business.
 */
final class EmbeddedRedisInitializer implements ApplicationContextInitializer<ConfigurableApplicationContext> {

	private static final String REDIS = "spring.data.redis.";

	private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1");

	private static final List<String> ELSEWHERE = List.of(REDIS + "url", REDIS + "sentinel.nodes",
			REDIS + "cluster.nodes", REDIS + "masterreplica.nodes");

	@Override
	public void initialize(ConfigurableApplicationContext context) {
		ConfigurableEnvironment environment = context.getEnvironment();
		if (!isWanted(environment)) {
			return;
		}
		int port = environment.getProperty(REDIS + "port", int.class, 6379);
		Path directory = Path.of(environment.getProperty("shop.data-dir", "./data"), "redis").toAbsolutePath();
		EmbeddedRedis redis = EmbeddedRedis.join(port, directory.normalize());
		// Disposable beans go in reverse order of registration. This is the first one, so
		// it leaves after the lock client has released what it held.
		((DefaultListableBeanFactory) context.getBeanFactory()).registerDisposableBean("embeddedRedis", redis::close);
	}

	static boolean isWanted(ConfigurableEnvironment environment) {
		return environment.getProperty("shop.embedded-redis.enabled", boolean.class, true)
				&& LOOPBACK.contains(environment.getProperty(REDIS + "host", "localhost"))
				&& ELSEWHERE.stream()
					.noneMatch(
							(name) -> environment.containsProperty(name) || environment.containsProperty(name + "[0]"));
	}

}
