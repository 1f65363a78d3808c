package dev.distributedlock.autoconfigure.backend.redis;

import org.jspecify.annotations.Nullable;

/**
 * Redis cannot be used when the application starts.
 */
final class RedisStartupException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final String action;

	RedisStartupException(String description, String action, @Nullable Throwable cause) {
		super(description, cause);
		this.action = action;
	}

	String action() {
		return this.action;
	}

}
