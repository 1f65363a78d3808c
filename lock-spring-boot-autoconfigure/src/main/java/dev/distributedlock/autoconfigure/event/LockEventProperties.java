package dev.distributedlock.autoconfigure.event;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Configuration properties for application events of locks.
 */
@ConfigurationProperties("distributed-lock.events")
public class LockEventProperties {

	/**
	 * Whether what happens to locks is published as application events, if somebody
	 * listens to them.
	 */
	private boolean enabled = true;

	public boolean isEnabled() {
		return this.enabled;
	}

	public void setEnabled(boolean enabled) {
		this.enabled = enabled;
	}

}
