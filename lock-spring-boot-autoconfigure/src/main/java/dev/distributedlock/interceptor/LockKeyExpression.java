package dev.distributedlock.interceptor;

import java.util.List;
import java.util.Optional;

import dev.distributedlock.InvalidLockKeyException;
import dev.distributedlock.LockKey;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.expression.spel.SpelEvaluationException;

/**
 * The key of a locked method: one expression, or the parts of a template. Messages name
 * the method, the expression and the kind of its value, never the values of arguments.
 */
final class LockKeyExpression {

	private final String source;

	private final String location;

	private final List<LockKeyPart> parts;

	LockKeyExpression(String source, String location, List<LockKeyPart> parts) {
		this.source = source;
		this.location = location;
		this.parts = parts;
	}

	LockKey keyFor(MethodInvocation invocation) {
		Object value = evaluate(invocation);
		try {
			return LockKey.of(value);
		}
		catch (InvalidLockKeyException ex) {
			throw refused(value);
		}
	}

	LockKey keyFor(LockKey name, MethodInvocation invocation) {
		Object value = evaluate(invocation);
		try {
			return name.with(value);
		}
		catch (InvalidLockKeyException ex) {
			throw refused(value);
		}
	}

	private Object evaluate(MethodInvocation invocation) {
		if (this.parts.size() == 1) {
			return value(this.parts.get(0), invocation);
		}
		StringBuilder text = new StringBuilder();
		for (LockKeyPart part : this.parts) {
			text.append((part instanceof LockKeyPart.Text literal) ? literal.text() : text(part, invocation));
		}
		return text.toString();
	}

	// SpEL would leave out a part that is null and join a collection with commas.
	private String text(LockKeyPart part, MethodInvocation invocation) {
		Object value = value(part, invocation);
		try {
			LockKey.of(value);
		}
		catch (InvalidLockKeyException ex) {
			throw refused(value);
		}
		return (value instanceof Enum<?> constant) ? constant.name() : value.toString();
	}

	private Object value(LockKeyPart part, MethodInvocation invocation) {
		Object value;
		try {
			value = part.value(invocation);
		}
		// Getters of arguments and SpEL itself may throw anything.
		catch (RuntimeException ex) {
			throw new InvalidLockKeyException(message() + "could not be evaluated: " + describe(ex), ex);
		}
		if (value instanceof Optional<?> optional) {
			value = optional.orElse(null);
		}
		if (value == null) {
			throw refused(null);
		}
		return value;
	}

	private static String describe(RuntimeException ex) {
		return (ex instanceof SpelEvaluationException spel)
				? spel.getMessageCode() + " at position " + spel.getPosition() : ex.getClass().getName();
	}

	// Without the cause: its message may show the beginning of the value.
	private InvalidLockKeyException refused(@Nullable Object value) {
		return new InvalidLockKeyException(message() + "gave " + kind(value)
				+ ", which does not identify a lock. Use one value with a text of its own of at most "
				+ LockKey.MAX_BYTES + " bytes, such as an id.");
	}

	private String message() {
		return "Lock key \"" + this.source + "\" of " + this.location + " ";
	}

	private static String kind(@Nullable Object value) {
		if (value == null) {
			return "null";
		}
		if (value instanceof CharSequence text) {
			return (text.toString().isBlank()) ? "blank text" : "invalid text of " + text.length() + " characters";
		}
		return "a " + value.getClass().getTypeName();
	}

}
