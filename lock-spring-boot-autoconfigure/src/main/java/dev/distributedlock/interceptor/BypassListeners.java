package dev.distributedlock.interceptor;

import java.util.List;
import java.util.function.Supplier;

import dev.distributedlock.LockDefinition;
import dev.distributedlock.LockListener;
import org.aopalliance.intercept.MethodInvocation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.util.function.SingletonSupplier;

/**
 * Tells the listeners of the application of calls that run without a lock, because its
 * condition is false. The registry does not see them.
 */
final class BypassListeners {

	private static final Logger logger = LoggerFactory.getLogger(BypassListeners.class);

	private final Supplier<List<LockListener>> listeners;

	/**
	 * Create listeners.
	 * @param beans where they are; asked by the first call that runs without a lock
	 */
	BypassListeners(BeanFactory beans) {
		this.listeners = SingletonSupplier.of(() -> beans.getBeanProvider(LockListener.class).orderedStream().toList());
	}

	/** Return a condition that tells when it is false. */
	LockCondition telling(LockCondition condition, LockDefinition lock) {
		return (MethodInvocation invocation) -> {
			boolean holds = condition.holdsFor(invocation);
			if (!holds) {
				this.listeners.get().forEach((listener) -> tell(listener, lock));
			}
			return holds;
		};
	}

	private static void tell(LockListener listener, LockDefinition lock) {
		try {
			listener.bypassed(lock);
		}
		// What a listener does must not matter to the call.
		catch (RuntimeException ex) {
			logger.warn("A lock listener failed; the call is not affected", ex);
		}
	}

}
