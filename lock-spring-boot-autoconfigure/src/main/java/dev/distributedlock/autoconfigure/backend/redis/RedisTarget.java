package dev.distributedlock.autoconfigure.backend.redis;

import java.util.List;

import org.jspecify.annotations.Nullable;
import org.redisson.config.Config;

/**
 * A configuration of Redisson, and what it means in words.
 *
 * @param config the configuration
 * @param mode the kind of installation
 * @param addresses where it is, without credentials
 * @param tls whether connections are encrypted
 * @param username who logs in, if a name is given
 * @param password whether a password is given
 */
record RedisTarget(Config config, String mode, List<String> addresses, boolean tls, @Nullable String username,
		boolean password) {

	String description() {
		String login = this.password
				? ("logging in " + ((this.username != null) ? "as '" + this.username + "'" : "with a password"))
				: "without a password";
		return String.join(", ", this.addresses) + " (" + this.mode + ", TLS " + (this.tls ? "on" : "off") + ", "
				+ login + ")";
	}

	@Override
	public String toString() {
		// a record would print the configuration, and that has the password
		return description();
	}

}
