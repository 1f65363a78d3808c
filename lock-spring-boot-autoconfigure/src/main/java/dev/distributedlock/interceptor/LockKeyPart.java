package dev.distributedlock.interceptor;

import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.expression.BeanResolver;
import org.springframework.expression.spel.standard.SpelExpression;
import org.springframework.expression.spel.support.SimpleEvaluationContext;

/**
 * What a key is made of: an expression, or several and the text between them.
 */
sealed interface LockKeyPart {

	/**
	 * Return the value for one call.
	 * @param invocation the call
	 * @return the value, not checked in any way
	 * @throws RuntimeException what evaluation throws
	 */
	@Nullable Object value(MethodInvocation invocation);

	/**
	 * Text of a template, which is the same for all calls.
	 *
	 * @param text the text
	 */
	record Text(String text) implements LockKeyPart {

		@Override
		public Object value(MethodInvocation invocation) {
			return this.text;
		}

	}

	/**
	 * An expression that is interpreted. This is what all expressions mean: whatever is
	 * faster must give the same.
	 *
	 * @param expression the expression, not to be compiled
	 * @param variables what it may refer to
	 * @param shared what is the same for all calls
	 * @param beans what {@code @name} refers to
	 */
	record Interpreted(SpelExpression expression, LockVariables variables, SimpleEvaluationContext shared,
			BeanResolver beans) implements LockKeyPart {

		@Override
		public @Nullable Object value(MethodInvocation invocation) {
			return this.expression.getValue(new LockKeyContext(this.shared, this.beans, this.variables, invocation));
		}

	}

	/**
	 * A path from an argument over properties and methods without arguments.
	 *
	 * @param path the path
	 * @param whole the same as an expression, for what the path leaves to it
	 */
	record Path(LockKeyPath path, Interpreted whole) implements LockKeyPart {

		@Override
		public @Nullable Object value(MethodInvocation invocation) {
			return this.path.value(invocation, this.whole);
		}

	}

}
