package dev.distributedlock.autoconfigure.health;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Configuration properties for the health indicator of locks.
 */
@ConfigurationProperties("management.health.distributedlock")
public class LockHealthIndicatorProperties {

	/**
	 * Whether to enable the health check of the lock store.
	 */
	private boolean enabled = true;

	/**
	 * How long a health check waits for the store before it reports it as down.
	 */
	private Duration timeout = Duration.ofSeconds(1);

	/**
	 * How long an answer of the store is used again. Zero asks it every time.
	 */
	private Duration timeToLive = Duration.ofSeconds(5);

	public boolean isEnabled() {
		return this.enabled;
	}

	public void setEnabled(boolean enabled) {
		this.enabled = enabled;
	}

	public Duration getTimeout() {
		return this.timeout;
	}

	public void setTimeout(Duration timeout) {
		this.timeout = timeout;
	}

	public Duration getTimeToLive() {
		return this.timeToLive;
	}

	public void setTimeToLive(Duration timeToLive) {
		this.timeToLive = timeToLive;
	}

}
