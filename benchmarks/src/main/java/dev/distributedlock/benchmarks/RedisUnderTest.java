package dev.distributedlock.benchmarks;

import dev.distributedlock.testsupport.RedisServer;
import org.jspecify.annotations.Nullable;

/**
 * The Redis that rivals share: that of {@code -Dredis.url=redis://host:port}, else one
 * that is started from the embedded-redis jar for the run.
 */
final class RedisUnderTest implements AutoCloseable {

	private final String url;

	private final @Nullable RedisServer started;

	private RedisUnderTest(String url, @Nullable RedisServer started) {
		this.url = url;
		this.started = started;
	}

	static RedisUnderTest open() {
		String url = System.getProperty("redis.url");
		if (url != null) {
			return new RedisUnderTest(url, null);
		}
		RedisServer server = RedisServer.start();
		return new RedisUnderTest(server.url(), server);
	}

	String url() {
		return this.url;
	}

	@Override
	public void close() {
		if (this.started != null) {
			this.started.close();
		}
	}

}
