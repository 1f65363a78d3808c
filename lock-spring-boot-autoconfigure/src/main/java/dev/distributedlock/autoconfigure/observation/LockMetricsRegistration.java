package dev.distributedlock.autoconfigure.observation;

import dev.distributedlock.observation.LockMetrics;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextRefreshedEvent;

/**
 * Registers the meters of declared locks once more when the context is complete: meters
 * are bound in the middle of the start, when not all declarations may be known.
 */
final class LockMetricsRegistration implements ApplicationListener<ContextRefreshedEvent> {

	private final ObjectProvider<LockMetrics> metrics;

	LockMetricsRegistration(ObjectProvider<LockMetrics> metrics) {
		this.metrics = metrics;
	}

	@Override
	public void onApplicationEvent(ContextRefreshedEvent event) {
		this.metrics.ifAvailable(LockMetrics::registerDeclaredNames);
	}

}
