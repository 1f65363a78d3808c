package dev.distributedlock.autoconfigure;

import dev.distributedlock.interceptor.InvalidLockDeclarationException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains a lock that is declared in a way that cannot work.
 */
final class InvalidLockDeclarationFailureAnalyzer extends AbstractFailureAnalyzer<InvalidLockDeclarationException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, InvalidLockDeclarationException cause) {
		String description = "@DistributedLock on " + cause.location() + " cannot work:%n%n    ".formatted()
				+ cause.attribute() + " " + cause.reason();
		return new FailureAnalysis(description, cause.action(), cause);
	}

}
