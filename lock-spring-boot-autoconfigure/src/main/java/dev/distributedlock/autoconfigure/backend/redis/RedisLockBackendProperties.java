package dev.distributedlock.autoconfigure.backend.redis;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Configuration properties for the store on Redis. Where Redis is, is configured with
 * {@code spring.data.redis.*}; what follows is about the client that is made for locks,
 * which an application with a {@code RedissonClient} bean of its own does not have.
 */
@ConfigurationProperties("distributed-lock.redis")
public class RedisLockBackendProperties {

	/**
	 * Whether the application refuses to start if Redis cannot be used. When disabled, it
	 * starts, reports the store as down, and locks work as soon as Redis does.
	 */
	private boolean failFast = true;

	/**
	 * How long to wait for a connection to Redis.
	 */
	private Duration connectTimeout = Duration.ofSeconds(2);

	/**
	 * Number of threads that deliver signals of released locks.
	 */
	private int threads = 2;

	/**
	 * Number of threads that serve the connections to Redis.
	 */
	private int nettyThreads = 2;

	/**
	 * Largest number of connections for commands to each Redis master. Two are held for
	 * locks, one of them for renewals alone, if there are at least four.
	 */
	private int connectionPoolSize = 8;

	/**
	 * Number of connections for commands that are kept open to each Redis master.
	 */
	private int connectionMinimumIdleSize = 1;

	public boolean isFailFast() {
		return this.failFast;
	}

	public void setFailFast(boolean failFast) {
		this.failFast = failFast;
	}

	public Duration getConnectTimeout() {
		return this.connectTimeout;
	}

	public void setConnectTimeout(Duration connectTimeout) {
		this.connectTimeout = connectTimeout;
	}

	public int getThreads() {
		return this.threads;
	}

	public void setThreads(int threads) {
		this.threads = threads;
	}

	public int getNettyThreads() {
		return this.nettyThreads;
	}

	public void setNettyThreads(int nettyThreads) {
		this.nettyThreads = nettyThreads;
	}

	public int getConnectionPoolSize() {
		return this.connectionPoolSize;
	}

	public void setConnectionPoolSize(int connectionPoolSize) {
		this.connectionPoolSize = connectionPoolSize;
	}

	public int getConnectionMinimumIdleSize() {
		return this.connectionMinimumIdleSize;
	}

	public void setConnectionMinimumIdleSize(int connectionMinimumIdleSize) {
		this.connectionMinimumIdleSize = connectionMinimumIdleSize;
	}

}
