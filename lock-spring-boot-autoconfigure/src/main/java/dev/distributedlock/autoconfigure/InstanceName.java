package dev.distributedlock.autoconfigure;

import java.net.InetAddress;
import java.net.UnknownHostException;

import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * The name of this instance that operators see: {@code application@host/pid}.
 */
final class InstanceName {

	private InstanceName() {
	}

	static String of(DistributedLockProperties properties, Environment environment) {
		String configured = properties.getInstanceName();
		if (StringUtils.hasText(configured)) {
			return configured;
		}
		return environment.getProperty("spring.application.name", "application") + "@" + host() + "/"
				+ ProcessHandle.current().pid();
	}

	private static String host() {
		// Containers set it to what their orchestrator calls them.
		String host = System.getenv("HOSTNAME");
		if (StringUtils.hasText(host)) {
			return host;
		}
		try {
			return InetAddress.getLocalHost().getHostName();
		}
		catch (UnknownHostException ex) {
			return "unknown-host";
		}
	}

}
