package dev.distributedlock.autoconfigure.web;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Configuration properties for problem details of locks.
 */
@ConfigurationProperties("distributed-lock.web.problem-details")
public class LockProblemDetailsProperties {

	/**
	 * Whether exceptions of locks that the application does not handle become RFC 9457
	 * problem details.
	 */
	private boolean enabled = true;

	/**
	 * Whether the detail has the message of the exception, and so the key of the lock,
	 * which may be personal, and the name of the instance that holds it.
	 */
	private boolean includeMessage;

	public boolean isEnabled() {
		return this.enabled;
	}

	public void setEnabled(boolean enabled) {
		this.enabled = enabled;
	}

	public boolean isIncludeMessage() {
		return this.includeMessage;
	}

	public void setIncludeMessage(boolean includeMessage) {
		this.includeMessage = includeMessage;
	}

}
