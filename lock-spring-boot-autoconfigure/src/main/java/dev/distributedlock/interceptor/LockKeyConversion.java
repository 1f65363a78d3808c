package dev.distributedlock.interceptor;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

import dev.distributedlock.InvalidLockKeyException;
import dev.distributedlock.LockKey;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ObjectUtils;

/**
 * Makes lock keys of the value that an expression or a bean gave. Messages name where the
 * value came from and its kind, never the value.
 */
final class LockKeyConversion {

	private final String subject;

	private final @Nullable LockKey name;

	/**
	 * Create a conversion.
	 * @param subject where values come from, as the beginning of a sentence
	 * @param name the first part of all keys, if the lock has a name
	 */
	LockKeyConversion(String subject, @Nullable LockKey name) {
		this.subject = subject;
		this.name = name;
	}

	/**
	 * Return the key that a value is, or the keys of the elements of a collection or an
	 * array.
	 */
	List<LockKey> keysOf(@Nullable Object value) {
		Object given = present(value);
		if (given instanceof CharSequence) {
			return List.of(keyOf(given));
		}
		if (given instanceof Collection<?> values) {
			return keysOfAll(values.toArray());
		}
		return (given.getClass().isArray()) ? keysOfAll(ObjectUtils.toObjectArray(given)) : List.of(keyOf(given));
	}

	private List<LockKey> keysOfAll(@Nullable Object[] values) {
		if (values.length == 0) {
			throw new InvalidLockKeyException(this.subject + " gave an empty collection, which identifies no lock. The "
					+ "method was not called: have the caller leave out calls without work, or use 'condition'.");
		}
		List<LockKey> keys = new ArrayList<>(values.length);
		for (Object value : values) {
			keys.add(keyOf(present(value)));
		}
		return keys;
	}

	private LockKey keyOf(Object value) {
		try {
			return (this.name != null) ? this.name.with(value) : LockKey.of(value);
		}
		catch (InvalidLockKeyException ex) {
			throw refused(value);
		}
	}

	/**
	 * Check a value that becomes a part of a key's text.
	 */
	Object checkedPart(@Nullable Object value) {
		Object given = present(value);
		try {
			LockKey.of(given);
			return given;
		}
		catch (InvalidLockKeyException ex) {
			throw refused(given);
		}
	}

	private Object present(@Nullable Object value) {
		Object given = (value instanceof Optional<?> optional) ? optional.orElse(null) : value;
		if (given == null) {
			throw refused(null);
		}
		return given;
	}

	// Without the cause: its message may show the beginning of the value.
	private InvalidLockKeyException refused(@Nullable Object value) {
		return new InvalidLockKeyException(this.subject + " gave " + kind(value)
				+ ", which does not identify a lock. Use one value with a text of its own of at most "
				+ LockKey.MAX_BYTES + " bytes, such as an id.");
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
