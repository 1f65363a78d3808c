package dev.distributedlock.autoconfigure;

import dev.distributedlock.LockRegistry;
import dev.distributedlock.core.DefaultLockRegistry;

import org.springframework.context.SmartLifecycle;

/**
 * Closes the registry while the beans that hold locks still work: after the web server
 * has drained its requests and executors their tasks, and before singletons are
 * destroyed.
 */
final class LockRegistryLifecycle implements SmartLifecycle {

	private final LockRegistry registry;

	private final LockRegistryFactory further;

	private volatile boolean running;

	LockRegistryLifecycle(LockRegistry registry, LockRegistryFactory further) {
		this.registry = registry;
		this.further = further;
	}

	@Override
	public void start() {
		this.running = true;
	}

	@Override
	public void stop() {
		this.running = false;
		if (this.registry instanceof DefaultLockRegistry closeable) {
			closeable.close();
		}
		this.further.close();
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public boolean isPauseable() {
		// A closed registry does not start again; a paused context keeps its locks.
		return false;
	}

	@Override
	public int getPhase() {
		// Stopping goes from high to low: web servers and listeners are near the maximum,
		// executors at half of it.
		return 0;
	}

}
