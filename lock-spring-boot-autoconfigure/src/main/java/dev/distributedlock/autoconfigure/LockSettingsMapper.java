package dev.distributedlock.autoconfigure;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

import dev.distributedlock.LockOptions;
import dev.distributedlock.LockSettings;
import dev.distributedlock.core.DefaultLockRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * Maps properties to {@link LockSettings}, naming the property whose value is wrong.
 */
final class LockSettingsMapper {

	private final DistributedLockProperties properties;

	LockSettingsMapper(DistributedLockProperties properties) {
		this.properties = properties;
	}

	LockSettings map() {
		Duration commandTimeout = this.properties.getCommandTimeout();
		if (commandTimeout.isZero() || commandTimeout.isNegative()) {
			throw invalid("command-timeout", commandTimeout, "It must be positive");
		}
		Duration shutdownTimeout = this.properties.getShutdownTimeout();
		if (shutdownTimeout.isNegative()) {
			throw invalid("shutdown-timeout", shutdownTimeout, "It must not be negative");
		}
		DistributedLockProperties.HandOver handOver = this.properties.getHandOver();
		if (handOver.getMaxPasses() < 0 || handOver.getMaxPasses() > DefaultLockRegistry.MAX_PASSES) {
			throw invalid("hand-over.max-passes", handOver.getMaxPasses(),
					"It must be between 0 and " + DefaultLockRegistry.MAX_PASSES);
		}
		if (handOver.getMaxTime().isZero() || handOver.getMaxTime().isNegative()) {
			throw invalid("hand-over.max-time", handOver.getMaxTime(), "It must be positive");
		}
		if (handOver.getKeepFor().isNegative() || handOver.getKeepFor().compareTo(DefaultLockRegistry.MAX_KEEP) > 0) {
			throw invalid("hand-over.keep-for", handOver.getKeepFor(), "It must be between 0 and 1s");
		}
		if (this.properties.getDefaults().getBackend() != null) {
			throw invalid("defaults.backend", this.properties.getDefaults().getBackend(),
					"The store of all locks is distributed-lock.backend");
		}
		Map<String, LockOptions> overrides = new LinkedHashMap<>();
		this.properties.getLocks().forEach((name, lock) -> overrides.put(name, options("locks." + name, lock)));
		LockSettings settings = new LockSettings(options("defaults", this.properties.getDefaults()), overrides);
		checkConsistency("defaults", settings, this.properties.getDefaults());
		this.properties.getLocks().forEach((name, lock) -> checkConsistency("locks." + name, settings, lock));
		return settings;
	}

	private static void checkConsistency(String path, LockSettings settings, LockProperties lock) {
		String name = path.substring(path.indexOf('.') + 1);
		checked(path + ".hold-at-least", lock.getHoldAtLeast(), () -> settings.resolve(name, LockOptions.NONE));
	}

	private static LockOptions options(String path, LockProperties lock) {
		LockOptions waitTime = checked(path + ".wait-time", lock.getWaitTime(),
				() -> new LockOptions(lock.getWaitTime(), null, null));
		LockOptions leaseTime = checked(path + ".lease-time", lock.getLeaseTime(),
				() -> new LockOptions(null, lock.getLeaseTime(), null));
		LockOptions maxHold = checked(path + ".max-hold", lock.getMaxHold(),
				() -> new LockOptions(null, null, null, lock.getMaxHold()));
		LockOptions holdAtLeast = checked(path + ".hold-at-least", lock.getHoldAtLeast(),
				() -> new LockOptions(null, null, null, null, null, lock.getHoldAtLeast()));
		return waitTime.orElse(leaseTime)
			.orElse(maxHold)
			.orElse(holdAtLeast)
			.orElse(new LockOptions(null, null, lock.getRenew()));
	}

	private static LockOptions checked(String property, @Nullable Duration value, Supplier<LockOptions> options) {
		try {
			return options.get();
		}
		catch (IllegalArgumentException ex) {
			throw invalid(property, value, ex.getMessage());
		}
	}

	private static InvalidConfigurationPropertyValueException invalid(String property, @Nullable Object value,
			@Nullable String reason) {
		return new InvalidConfigurationPropertyValueException("distributed-lock." + property, value, reason);
	}

}
