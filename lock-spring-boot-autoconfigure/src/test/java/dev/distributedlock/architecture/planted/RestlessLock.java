package dev.distributedlock.architecture.planted;

import java.time.Instant;
import java.util.function.LongSupplier;

import dev.distributedlock.architecture.planted.core.OpenEngine;

import org.springframework.util.StringUtils;

/**
 * Planted: an API type that uses the engine and a framework, reads clocks and sleeps.
 */
public final class RestlessLock {

	private final LongSupplier clock = System::nanoTime;

	Object use() throws InterruptedException {
		Thread.sleep(this.clock.getAsLong() - System.currentTimeMillis());
		return StringUtils.hasText(Instant.now().toString()) ? this : new OpenEngine();
	}

}
