package dev.distributedlock.interceptor;

import java.util.concurrent.locks.ReentrantLock;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.distributedlock.LockLostException;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/**
 * A call whose thread is interrupted when one of its locks is lost.
 */
// The lock makes the interrupt and the end of the method exclude each other: a loss that
// is told late must not interrupt what the thread does next.
final class InterruptedOnLoss {

	private final HeldLocks held;

	private final Thread thread = Thread.currentThread();

	private final ReentrantLock lock = new ReentrantLock();

	@GuardedBy("lock")
	private boolean over;

	@GuardedBy("lock")
	private boolean interrupted;

	InterruptedOnLoss(HeldLocks held) {
		this.held = held;
	}

	@Nullable Object proceed(MethodInvocation invocation) throws Throwable {
		Object result = null;
		Throwable failure = null;
		try {
			this.held.onLost((event) -> interrupt());
			result = invocation.proceed();
		}
		// Whatever it is, it is thrown again below.
		catch (Throwable ex) {
			failure = ex;
		}
		boolean wasInterrupted = end();
		release(failure, wasInterrupted);
		if (failure != null) {
			throw failure;
		}
		return result;
	}

	private void interrupt() {
		this.lock.lock();
		try {
			if (!this.over && !this.interrupted) {
				this.interrupted = true;
				this.thread.interrupt();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private boolean end() {
		this.lock.lock();
		try {
			this.over = true;
			if (this.interrupted) {
				// Ours, and not for whoever uses the thread next.
				Thread.interrupted();
			}
			return this.interrupted;
		}
		finally {
			this.lock.unlock();
		}
	}

	private void release(@Nullable Throwable failure, boolean wasInterrupted) {
		try {
			this.held.close();
		}
		catch (LockLostException ex) {
			if (failure == null) {
				throw ex;
			}
			if (wasInterrupted) {
				// The failure is most likely what the interrupt did.
				ex.addSuppressed(failure);
				throw ex;
			}
			failure.addSuppressed(ex);
		}
	}

}
