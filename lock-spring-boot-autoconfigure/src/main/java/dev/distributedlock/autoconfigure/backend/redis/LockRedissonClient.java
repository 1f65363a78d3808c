package dev.distributedlock.autoconfigure.backend.redis;

import java.util.concurrent.TimeUnit;

import org.redisson.api.RedissonClient;

/**
 * The client that locks use. It is a bean of this type, not of Redisson's, so that it
 * never becomes the client of other beans of the application.
 *
 * @param client the client
 * @param target what it connects to, for messages; without secrets
 * @param owned whether it was made for locks, and ends with the application context
 */
record LockRedissonClient(RedissonClient client, String target, boolean owned) implements AutoCloseable {

	private static final long SHUTDOWN_SECONDS = 2;

	@Override
	public void close() {
		if (this.owned) {
			this.client.shutdown(0, SHUTDOWN_SECONDS, TimeUnit.SECONDS);
		}
	}

}
