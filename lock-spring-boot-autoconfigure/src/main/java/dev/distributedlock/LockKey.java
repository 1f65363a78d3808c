package dev.distributedlock;

import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * The identity of a lock: two requests exclude each other if and only if their keys are
 * equal.
 * <p>
 * A key is a list of parts. Each part is escaped ({@code % : { }} and control characters
 * become {@code %XX}) and the parts are joined with {@code ':'}, so that no two different
 * lists of parts give one key: {@code of("a:b", "c")} and {@code of("a", "b:c")} differ.
 * Text is compared as it is, case-sensitive and without Unicode normalization.
 * <p>
 * What cannot be an identity is refused with {@link InvalidLockKeyException} before any
 * I/O: {@code null}, blank text, malformed UTF-16 (which several clients would map to one
 * key), keys longer than {@value #MAX_BYTES} bytes in UTF-8, collections and arrays, and
 * objects whose {@code toString()} is the identity hash of {@link Object}.
 */
public final class LockKey {

	/** The longest key, in bytes of its UTF-8 form after escaping. */
	public static final int MAX_BYTES = 512;

	private static final ClassValue<Boolean> HAS_OWN_TEXT = new ClassValue<>() {

		@Override
		protected Boolean computeValue(Class<?> type) {
			try {
				return type.getMethod("toString").getDeclaringClass() != Object.class;
			}
			catch (NoSuchMethodException ex) {
				return false;
			}
		}

	};

	private final String value;

	private LockKey(String value) {
		this.value = value;
	}

	/**
	 * Make a key of parts.
	 * @param first the first part, usually the lock's name
	 * @param more the other parts: text, numbers, enums, UUIDs, dates and other values
	 * with a text of their own
	 * @return the key
	 * @throws InvalidLockKeyException if a part cannot be an identity
	 */
	public static LockKey of(Object first, Object... more) {
		if (more.length == 0) {
			return checked(escape(text(first)));
		}
		StringBuilder joined = new StringBuilder(escape(text(first)));
		for (Object part : more) {
			joined.append(':').append(escape(text(part)));
		}
		return checked(joined.toString());
	}

	/**
	 * Make a longer key: {@code of(name).with(part)} is {@code of(name, part)}, of which
	 * the name is checked once and not for each part.
	 * @param part the part to add
	 * @return the key of the parts of this one and that part
	 * @throws InvalidLockKeyException if the part cannot be an identity
	 */
	public LockKey with(Object part) {
		if (part instanceof Long number) {
			// Most keys end with an id. Its digits need no look at each of them.
			return checked(this.value + ':' + number.longValue());
		}
		return checked(this.value + ':' + escape(text(part)));
	}

	/**
	 * Read back the {@linkplain #value() text} of a key, as a store or an operator gives
	 * it.
	 * @param value the escaped and joined text
	 * @return the key
	 * @throws InvalidLockKeyException if the text is no valid key
	 */
	public static LockKey parse(String value) {
		Objects.requireNonNull(value, "'value' must not be null");
		if (value.isBlank() || value.chars().anyMatch((c) -> c == '{' || c == '}' || Character.isISOControl(c))) {
			throw new InvalidLockKeyException("'" + printable(value) + "' is not the text of a lock key");
		}
		return checked(value);
	}

	/**
	 * Return the escaped and joined text of this key: what stores use.
	 * @return the text, never blank, without control characters and braces
	 */
	public String value() {
		return this.value;
	}

	private static String text(@Nullable Object part) {
		if (part == null) {
			throw new InvalidLockKeyException("A part of a lock key must not be null");
		}
		String text = (part instanceof Enum<?> constant) ? constant.name() : textOf(part);
		if (text.isBlank()) {
			throw new InvalidLockKeyException("A part of a lock key must not be blank");
		}
		return text;
	}

	private static String textOf(Object part) {
		if (part instanceof CharSequence || part instanceof Number) {
			return part.toString();
		}
		Class<?> type = part.getClass();
		if (type.isArray() || part instanceof Iterable || part instanceof Map) {
			throw new InvalidLockKeyException("A part of a lock key must be one value but was a " + type.getTypeName());
		}
		if (!HAS_OWN_TEXT.get(type)) {
			throw new InvalidLockKeyException("A part of a lock key must have a text of its own, but " + type.getName()
					+ " does not override toString(): use a property that identifies it, such as its id");
		}
		return Objects.requireNonNullElse(part.toString(), "");
	}

	private static String escape(String part) {
		for (int i = 0; i < part.length(); i++) {
			if (needsEscape(part.charAt(i))) {
				return escapeFrom(part, i);
			}
		}
		return part;
	}

	private static String escapeFrom(String part, int start) {
		StringBuilder escaped = new StringBuilder(part.length() + 8).append(part, 0, start);
		for (int i = start; i < part.length(); i++) {
			char c = part.charAt(i);
			if (needsEscape(c)) {
				escaped.append('%')
					.append(Character.toUpperCase(Character.forDigit(c >> 4, 16)))
					.append(Character.toUpperCase(Character.forDigit(c & 0xF, 16)));
			}
			else {
				escaped.append(c);
			}
		}
		return escaped.toString();
	}

	private static boolean needsEscape(char c) {
		return c == '%' || c == ':' || c == '{' || c == '}' || Character.isISOControl(c);
	}

	private static LockKey checked(String value) {
		int bytes = utf8Length(value);
		if (bytes < 0) {
			throw new InvalidLockKeyException(
					"Lock key '" + printable(value) + "' is malformed UTF-16: it has an unpaired surrogate");
		}
		if (bytes > MAX_BYTES) {
			throw new InvalidLockKeyException("A lock key must not be longer than " + MAX_BYTES
					+ " bytes in UTF-8 but was " + bytes + " (it starts with '" + printable(value) + "')");
		}
		return new LockKey(value);
	}

	/**
	 * Count what an encoder would write, without the buffers of one: keys are made for
	 * each call.
	 * @return the number of bytes, negative if the text is malformed
	 */
	private static int utf8Length(String value) {
		int bytes = value.length();
		for (int i = 0; i < value.length(); i++) {
			char c = value.charAt(i);
			if (c >= 0x80) {
				if (!Character.isSurrogate(c)) {
					bytes += (c < 0x800) ? 1 : 2;
				}
				else if (Character.isHighSurrogate(c) && i + 1 < value.length()
						&& Character.isLowSurrogate(value.charAt(i + 1))) {
					// Four bytes for two characters.
					bytes += 2;
					i++;
				}
				else {
					return -1;
				}
			}
		}
		return bytes;
	}

	private static String printable(String value) {
		StringBuilder printable = new StringBuilder();
		value.codePoints()
			.limit(40)
			.forEach((c) -> printable
				.appendCodePoint((Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE) ? '?' : c));
		return printable.toString();
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof LockKey key && this.value.equals(key.value);
	}

	@Override
	public int hashCode() {
		return this.value.hashCode();
	}

	@Override
	public String toString() {
		return this.value;
	}

}
