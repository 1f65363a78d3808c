package dev.distributedlock.autoconfigure.fencing.redis;

import java.time.Duration;

import dev.distributedlock.fencing.redis.RedisFencingGuard;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Configuration properties for the fencing guard of Redis.
 */
@ConfigurationProperties("distributed-lock.fencing.redis")
public class RedisFencingGuardProperties {

	/**
	 * How long the largest token of a lock is remembered after its last use. Longer than
	 * any process can be paused.
	 */
	private Duration retention = RedisFencingGuard.DEFAULT_RETENTION;

	public Duration getRetention() {
		return this.retention;
	}

	public void setRetention(Duration retention) {
		this.retention = retention;
	}

}
