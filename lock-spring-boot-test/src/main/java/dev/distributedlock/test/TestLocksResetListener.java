package dev.distributedlock.test;

import org.springframework.core.Ordered;
import org.springframework.test.context.TestContext;
import org.springframework.test.context.TestExecutionListener;

/**
 * Resets {@link TestLocks} after each test method.
 */
final class TestLocksResetListener implements TestExecutionListener, Ordered {

	@Override
	public int getOrder() {
		// After the rollback of a test's transaction, which may release locks.
		return 3_000;
	}

	@Override
	public void afterTestMethod(TestContext testContext) {
		if (testContext.hasApplicationContext()) {
			testContext.getApplicationContext().getBeanProvider(TestLocks.class).ifAvailable(TestLocks::reset);
		}
	}

}
