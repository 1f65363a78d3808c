package dev.distributedlock.interceptor;

import java.util.List;

import dev.distributedlock.InvalidLockKeyException;
import dev.distributedlock.LockKey;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.expression.spel.SpelEvaluationException;

/**
 * The key of a locked method: one expression, or the parts of a template. Messages name
 * the method, the expression and the kind of its value, never the values of arguments.
 */
final class LockKeyExpression implements LockKeys {

	private final String subject;

	private final List<LockKeyPart> parts;

	private final LockKeyConversion conversion;

	LockKeyExpression(String source, String location, @Nullable LockKey name, List<LockKeyPart> parts) {
		this.subject = "Lock key \"" + source + "\" of " + location;
		this.parts = parts;
		this.conversion = new LockKeyConversion(this.subject, name);
	}

	@Override
	public List<LockKey> of(MethodInvocation invocation) {
		return this.conversion
			.keysOf((this.parts.size() == 1) ? value(this.parts.get(0), invocation) : text(invocation));
	}

	private String text(MethodInvocation invocation) {
		StringBuilder text = new StringBuilder();
		for (LockKeyPart part : this.parts) {
			text.append((part instanceof LockKeyPart.Text literal) ? literal.text() : text(part, invocation));
		}
		return text.toString();
	}

	// SpEL would leave out a part that is null and join a collection with commas.
	private String text(LockKeyPart part, MethodInvocation invocation) {
		Object value = this.conversion.checkedPart(value(part, invocation));
		return (value instanceof Enum<?> constant) ? constant.name() : value.toString();
	}

	private @Nullable Object value(LockKeyPart part, MethodInvocation invocation) {
		try {
			return part.value(invocation);
		}
		// Getters of arguments and SpEL itself may throw anything.
		catch (RuntimeException ex) {
			throw new InvalidLockKeyException(this.subject + " could not be evaluated: " + describe(ex), ex);
		}
	}

	static String describe(RuntimeException ex) {
		return (ex instanceof SpelEvaluationException spel)
				? spel.getMessageCode() + " at position " + spel.getPosition() : ex.getClass().getName();
	}

}
