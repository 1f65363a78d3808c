package dev.distributedlock.autoconfigure;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;

/**
 * Configuration properties for distributed locks.
 */
@ConfigurationProperties("distributed-lock")
public class DistributedLockProperties {

	/**
	 * Whether locks are active. When disabled, annotated methods run without a lock, and
	 * an injected LockRegistry locks inside this JVM only.
	 */
	private boolean enabled = true;

	/**
	 * Store that holds the locks. All instances must use the same one.
	 */
	private String backend = "redis";

	/**
	 * Prefix of everything that is written to the store. Applications that share a prefix
	 * share their locks.
	 */
	private String keyPrefix = "lock";

	/**
	 * Name of this instance, shown to operators who ask who holds a lock. Composed of
	 * application name, host name and process id if not set.
	 */
	private @Nullable String instanceName;

	/**
	 * How long a call waits for one answer of the store, where its own wait budget does
	 * not end earlier.
	 */
	private Duration commandTimeout = Duration.ofSeconds(2);

	/**
	 * How long a shutdown waits for the holders of locks to finish before it releases
	 * what they hold.
	 */
	private Duration shutdownTimeout = Duration.ofSeconds(10);

	@NestedConfigurationProperty
	private final LockProperties defaults = new LockProperties();

	/**
	 * Options by lock name. They win over the annotation and over the defaults.
	 */
	private final Map<String, LockProperties> locks = new LinkedHashMap<>();

	private final HandOver handOver = new HandOver();

	private final Release release = new Release();

	private final Aop aop = new Aop();

	public boolean isEnabled() {
		return this.enabled;
	}

	public void setEnabled(boolean enabled) {
		this.enabled = enabled;
	}

	public String getBackend() {
		return this.backend;
	}

	public void setBackend(String backend) {
		this.backend = backend;
	}

	public String getKeyPrefix() {
		return this.keyPrefix;
	}

	public void setKeyPrefix(String keyPrefix) {
		this.keyPrefix = keyPrefix;
	}

	public @Nullable String getInstanceName() {
		return this.instanceName;
	}

	public void setInstanceName(@Nullable String instanceName) {
		this.instanceName = instanceName;
	}

	public Duration getCommandTimeout() {
		return this.commandTimeout;
	}

	public void setCommandTimeout(Duration commandTimeout) {
		this.commandTimeout = commandTimeout;
	}

	public Duration getShutdownTimeout() {
		return this.shutdownTimeout;
	}

	public void setShutdownTimeout(Duration shutdownTimeout) {
		this.shutdownTimeout = shutdownTimeout;
	}

	public LockProperties getDefaults() {
		return this.defaults;
	}

	public Map<String, LockProperties> getLocks() {
		return this.locks;
	}

	public HandOver getHandOver() {
		return this.handOver;
	}

	public Release getRelease() {
		return this.release;
	}

	public Aop getAop() {
		return this.aop;
	}

	/**
	 * How a lock is handed on between threads of one instance.
	 */
	public static class HandOver {

		/**
		 * How often a lock goes from thread to thread of this instance, without a round
		 * trip to the store, before other instances get their turn. Zero for the strict
		 * order of all instances.
		 */
		private int maxPasses = 32;

		/**
		 * How long, counted from the store's grant, a lock goes from thread to thread of
		 * this instance.
		 */
		private Duration maxTime = Duration.ofMillis(10);

		/**
		 * How long a lock that is released while no other thread of this instance waits
		 * stays with this instance, so that a thread that comes meanwhile has it without
		 * a round trip, within max-passes and max-time. At most 1s. Another instance that
		 * wants the lock pays a message more; after a crash the lock stays held until its
		 * lease ends.
		 */
		private Duration keepFor = Duration.ZERO;

		/**
		 * Whether a thread that comes while the lock goes from one thread of this
		 * instance to the next may take it past those who wait, within max-passes and
		 * max-time. Faster for very short sections, but without order between threads.
		 */
		private boolean barging;

		public int getMaxPasses() {
			return this.maxPasses;
		}

		public void setMaxPasses(int maxPasses) {
			this.maxPasses = maxPasses;
		}

		public Duration getMaxTime() {
			return this.maxTime;
		}

		public void setMaxTime(Duration maxTime) {
			this.maxTime = maxTime;
		}

		public Duration getKeepFor() {
			return this.keepFor;
		}

		public void setKeepFor(Duration keepFor) {
			this.keepFor = keepFor;
		}

		public boolean isBarging() {
			return this.barging;
		}

		public void setBarging(boolean barging) {
			this.barging = barging;
		}

	}

	/**
	 * How a lock is given back to the store.
	 */
	public static class Release {

		/**
		 * Whether a call returns before the store has confirmed the release. Saves a
		 * round trip; but whoever is told that the work is done may still find the lock
		 * held, and a lease that had been lost just before is told to listeners only.
		 */
		private boolean asynchronous;

		public boolean isAsynchronous() {
			return this.asynchronous;
		}

		public void setAsynchronous(boolean asynchronous) {
			this.asynchronous = asynchronous;
		}

	}

	/**
	 * Options of the advice around annotated methods.
	 */
	public static class Aop {

		/**
		 * Order of the advice. Smaller is further outside; the default is inside method
		 * security and outside transactions and caching.
		 */
		private int order = Integer.MAX_VALUE - 100;

		public int getOrder() {
			return this.order;
		}

		public void setOrder(int order) {
			this.order = order;
		}

	}

}
