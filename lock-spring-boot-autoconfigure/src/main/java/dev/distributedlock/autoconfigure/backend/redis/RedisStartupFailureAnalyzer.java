package dev.distributedlock.autoconfigure.backend.redis;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Tells why Redis could not be used, and what to check.
 */
final class RedisStartupFailureAnalyzer extends AbstractFailureAnalyzer<RedisStartupException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, RedisStartupException cause) {
		return new FailureAnalysis(String.valueOf(cause.getMessage()), cause.action(), cause);
	}

}
