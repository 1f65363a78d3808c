package dev.distributedlock.autoconfigure.fencing.jpa;

import dev.distributedlock.fencing.jpa.UnfencedEntityException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Says which entity is not fenced, and what to do.
 */
final class UnfencedEntityFailureAnalyzer extends AbstractFailureAnalyzer<UnfencedEntityException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, UnfencedEntityException cause) {
		return new FailureAnalysis(cause.getMessage(), cause.action(), cause);
	}

}
