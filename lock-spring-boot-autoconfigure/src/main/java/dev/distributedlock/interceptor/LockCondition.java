package dev.distributedlock.interceptor;

import dev.distributedlock.InvalidLockConditionException;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/**
 * Whether a call needs a lock.
 */
@FunctionalInterface
interface LockCondition {

	/** All calls need the lock. */
	LockCondition ALWAYS = (invocation) -> true;

	/**
	 * Decide for one call.
	 * @param invocation the call
	 * @return {@code false} if the method is to run without the lock
	 * @throws InvalidLockConditionException if that cannot be told
	 */
	boolean holdsFor(MethodInvocation invocation);

	/**
	 * A condition that is written as an expression. Nothing but a boolean decides:
	 * {@code null} must not mean that the method runs without its lock.
	 *
	 * @param source the expression, for messages
	 * @param location the method, for messages
	 * @param expression the expression
	 */
	record Expression(String source, String location, LockKeyPart expression) implements LockCondition {

		@Override
		public boolean holdsFor(MethodInvocation invocation) {
			Object value = value(invocation);
			if (value instanceof Boolean decision) {
				return decision;
			}
			throw new InvalidLockConditionException(
					subject() + "gave " + ((value != null) ? "a " + value.getClass().getTypeName() : "null")
							+ " where true or false is needed; the method was not called",
					null);
		}

		private @Nullable Object value(MethodInvocation invocation) {
			try {
				return this.expression.value(invocation);
			}
			// Getters of arguments and SpEL itself may throw anything.
			catch (RuntimeException ex) {
				throw new InvalidLockConditionException(subject() + "could not be evaluated: "
						+ LockKeyExpression.describe(ex) + "; the method was not called", ex);
			}
		}

		private String subject() {
			return "Lock condition \"" + this.source + "\" of " + this.location + " ";
		}

	}

}
