package dev.distributedlock.interceptor;

import java.util.List;
import java.util.function.Supplier;

import dev.distributedlock.LockLostException;
import dev.distributedlock.LockRequest;
import dev.distributedlock.LockTimeoutException;
import dev.distributedlock.LockTransactions;
import dev.distributedlock.annotation.OnLockLost;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A call that is over when its method returns: the thread waits for the locks, runs the
 * method and releases.
 */
final class BlockingCall {

	private static final Logger logger = LoggerFactory.getLogger(BlockingCall.class);

	private final LockSequence locks;

	private final Supplier<LockTransactions> transactions;

	BlockingCall(LockSequence locks, Supplier<LockTransactions> transactions) {
		this.locks = locks;
		this.transactions = transactions;
	}

	@Nullable Object run(LockOperation operation, List<LockRequest> requests, MethodInvocation invocation) throws Throwable {
		HeldLocks held;
		try {
			held = acquire(operation, requests);
		}
		// What the method throws is not seen here: it may have locks of its own.
		catch (LockTimeoutException ex) {
			return operation.whenBusy().answer(ex, invocation);
		}
		return switch (operation.whenLost()) {
			case DEFAULT, THROW -> proceed(held, invocation);
			case INTERRUPT -> new InterruptedOnLoss(held).proceed(invocation);
			case LOG -> proceed(() -> closeAndLogLoss(held, operation), invocation);
		};
	}

	private HeldLocks acquire(LockOperation operation, List<LockRequest> requests) {
		LockTransactions transactions = this.transactions.get();
		transactions.beforeAcquire(operation.location(), requests);
		HeldLocks held = this.locks.acquire(requests);
		try {
			return held.endingWith(transactions.join(held.leases(), operation.whenLost() == OnLockLost.LOG));
		}
		// Nobody else would release them.
		catch (RuntimeException | Error ex) {
			held.rollBack(ex);
			throw ex;
		}
	}

	/**
	 * What the method throws is what the caller sees: try-with-resources adds a failure
	 * of the release to it as suppressed. After a normal return, the loss of the lock is
	 * what the caller sees.
	 */
	private static @Nullable Object proceed(Release release, MethodInvocation invocation) throws Throwable {
		try (release) {
			return invocation.proceed();
		}
	}

	private static @Nullable Object proceed(HeldLocks held, MethodInvocation invocation) throws Throwable {
		try (held) {
			return invocation.proceed();
		}
	}

	static void closeAndLogLoss(HeldLocks held, LockOperation operation) {
		try {
			held.close();
		}
		catch (LockLostException ex) {
			logger.warn("{} went on although its lock was lost while it ran: {}", operation.location(),
					ex.getMessage());
		}
	}

	@FunctionalInterface
	private interface Release extends AutoCloseable {

		@Override
		void close();

	}

}
