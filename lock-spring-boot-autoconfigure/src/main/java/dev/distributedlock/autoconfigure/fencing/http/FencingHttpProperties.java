package dev.distributedlock.autoconfigure.fencing.http;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Configuration properties for services that read fencing tokens from requests.
 */
@ConfigurationProperties("distributed-lock.fencing.http")
public class FencingHttpProperties {

	/**
	 * Whether the header Fencing-Token of requests is read. Only for services whose
	 * callers can be trusted: a large token locks all others out.
	 */
	private boolean enabled;

	/**
	 * Name of the FencingGuard bean that refuses stale requests before they are handled.
	 * Without it the tokens are only given to the handler, which checks them in the
	 * transaction that writes.
	 */
	private @Nullable String guard;

	/**
	 * Whether requests that change something (other than GET, HEAD, OPTIONS and TRACE)
	 * are refused with status 428 if they carry no token.
	 */
	private boolean required;

	public boolean isEnabled() {
		return this.enabled;
	}

	public void setEnabled(boolean enabled) {
		this.enabled = enabled;
	}

	public @Nullable String getGuard() {
		return this.guard;
	}

	public void setGuard(@Nullable String guard) {
		this.guard = guard;
	}

	public boolean isRequired() {
		return this.required;
	}

	public void setRequired(boolean required) {
		this.required = required;
	}

}
