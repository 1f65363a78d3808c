package dev.distributedlock.backend.redis;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What operators are told about the server, out of the texts of INFO. A user who may not
 * see them is asked for once only: each refusal is an entry in the server's ACL log.
 */
final class ServerFacts {

	private static final Logger logger = LoggerFactory.getLogger(ServerFacts.class);

	private static final Map<String, String> SHOWN = Map.of("redis_version", "version", "valkey_version",
			"valkeyVersion", "redis_mode", "mode", "role", "role");

	private final AtomicBoolean warned = new AtomicBoolean();

	private volatile boolean wanted = true;

	boolean wanted() {
		return this.wanted;
	}

	Map<String, Object> read(List<Object> texts) {
		if (texts.isEmpty()) {
			this.wanted = false;
			return Map.of();
		}
		Map<String, Object> details = new LinkedHashMap<>();
		String policy = "noeviction";
		boolean bounded = false;
		for (Object text : texts) {
			for (String line : ((String) text).split("\r?\n")) {
				int colon = line.indexOf(':');
				String name = line.substring(0, Math.max(0, colon));
				String value = line.substring(colon + 1).trim();
				String shown = SHOWN.get(name);
				if (shown != null) {
					details.put(shown, value);
				}
				else if (name.equals("maxmemory_policy")) {
					policy = value;
				}
				else if (name.equals("maxmemory")) {
					bounded = !value.equals("0");
				}
			}
		}
		if (!policy.equals("noeviction")) {
			details.put("maxmemoryPolicy", policy);
			warn(policy, bounded);
		}
		return details;
	}

	private void warn(String policy, boolean bounded) {
		// every lock has an expiry, so the volatile policies choose from locks as well
		if (bounded && this.warned.compareAndSet(false, true)) {
			logger.warn("Redis may remove locks that are held when its memory is full (maxmemory-policy is '{}'): "
					+ "set it to 'noeviction', or keep locks on a server of their own", policy);
		}
	}

}
