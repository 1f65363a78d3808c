package dev.distributedlock;

import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class LockKeyTests {

	@Test
	void partsAreJoined() {
		assertThat(LockKey.of("orders", 42).value()).isEqualTo("orders:42");
		assertThat(LockKey.of("orders", UUID.fromString("00000000-0000-0000-0000-000000000001"), TimeUnit.DAYS).value())
			.isEqualTo("orders:00000000-0000-0000-0000-000000000001:DAYS");
	}

	@Test
	void partIsAddedAsIfTheKeyWereMadeOfAll() {
		assertThat(LockKey.of("a:b").with("c:d")).isEqualTo(LockKey.of("a:b", "c:d"));
		assertThat(LockKey.of("a", "b").with(42)).isEqualTo(LockKey.of("a", "b", 42));
		assertThat(LockKey.of("a", "b").with(Long.MIN_VALUE)).isEqualTo(LockKey.of("a", "b", Long.MIN_VALUE));
		assertThatExceptionOfType(InvalidLockKeyException.class)
			.isThrownBy(() -> LockKey.of("x".repeat(LockKey.MAX_BYTES - 1)).with(10L));
		assertThatExceptionOfType(InvalidLockKeyException.class).isThrownBy(() -> LockKey.of("a").with(" "));
		assertThatExceptionOfType(InvalidLockKeyException.class).isThrownBy(() -> LockKey.of("a").with("x".repeat(511)))
			.withMessageContaining("513");
	}

	@Test
	void equalPartsAreEqualKeys() {
		assertThat(LockKey.of("orders", 42)).isEqualTo(LockKey.of("orders", "42"))
			.hasSameHashCodeAs(LockKey.of("orders", 42L));
		assertThat(LockKey.of("orders", 42)).isNotEqualTo(LockKey.of("orders", 43));
	}

	@Test
	void separatorBracesAndControlCharactersAreEscaped() {
		assertThat(LockKey.of("a:b", "c{d}%\r\n\u0000").value()).isEqualTo("a%3Ab:c%7Bd%7D%25%0D%0A%00");
		assertThat(LockKey.of("a:b", "c")).isNotEqualTo(LockKey.of("a", "b:c"));
	}

	@Test
	void noTwoListsOfPartsGiveOneKey() {
		Random random = new Random(11);
		String alphabet = "ab:%{}3A\n,\"\u00e9";
		Map<String, List<String>> seen = new HashMap<>();
		for (int i = 0; i < 50_000; i++) {
			List<String> parts = new ArrayList<>();
			for (int part = 0; part <= random.nextInt(3); part++) {
				StringBuilder text = new StringBuilder();
				for (int c = 0; c <= random.nextInt(3); c++) {
					text.append(alphabet.charAt(random.nextInt(alphabet.length())));
				}
				parts.add(text.toString().isBlank() ? "x" : text.toString());
			}
			String key = LockKey.of(parts.get(0), parts.subList(1, parts.size()).toArray()).value();
			assertThat(seen.putIfAbsent(key, parts)).as(key).isIn(null, parts);
		}
	}

	@Test
	void textOfAKeyIsReadBack() {
		LockKey key = LockKey.of("a:b", "ü 😀");
		assertThat(LockKey.parse(key.value())).isEqualTo(key);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "a\nb", "a{b}" })
	void textThatNoKeyHasIsNotRead(String text) {
		assertThatExceptionOfType(InvalidLockKeyException.class).isThrownBy(() -> LockKey.parse(text));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "   ", "\t" })
	void blankPartIsRefused(String part) {
		assertThatExceptionOfType(InvalidLockKeyException.class).isThrownBy(() -> LockKey.of("orders", part))
			.withMessageContaining("blank");
	}

	@ParameterizedTest
	@MethodSource("notOneValue")
	void whatIsNotOneValueIsRefused(Object part) {
		assertThatExceptionOfType(InvalidLockKeyException.class).isThrownBy(() -> LockKey.of("orders", part));
	}

	static List<Object> notOneValue() {
		return List.of(List.of(1, 2), Map.of(1, 2), new int[] { 1 }, new Object(), new LockKeyTests());
	}

	@Test
	void nullPartIsRefused() {
		@Nullable Object[] parts = { null };
		assertThatExceptionOfType(InvalidLockKeyException.class).isThrownBy(() -> LockKey.of("orders", parts))
			.withMessageContaining("null");
	}

	@Test
	void malformedUtf16IsRefusedBecauseItWouldAliasAnotherKey() {
		assertThatExceptionOfType(InvalidLockKeyException.class).isThrownBy(() -> LockKey.of("s\uD800"))
			.withMessageContaining("surrogate");
	}

	@Test
	void lengthIsLimitedInBytes() {
		assertThat(LockKey.of("x".repeat(512)).value()).hasSize(512);
		assertThatExceptionOfType(InvalidLockKeyException.class).isThrownBy(() -> LockKey.of("x".repeat(513)));
		assertThatExceptionOfType(InvalidLockKeyException.class).isThrownBy(() -> LockKey.of("\u00e9".repeat(257)))
			.withMessageContaining("514");
	}

	@Test
	void exactlyWhatAnEncoderTakesAndFitsIsAKey() {
		Random random = new Random(5);
		String[] pieces = { "a", "\u007f\u0080", "\u07ff", "\u0800", "\uffff", "\ud83d\ude00", "\ud83d", "\ude00" };
		String[] ends = { "", "", "\ude00", "\ud83d" };
		Map<Boolean, Integer> seen = new HashMap<>();
		for (int i = 0; i < 20_000; i++) {
			// Few of the last two, which are malformed unless they meet by chance.
			StringBuilder text = new StringBuilder("k");
			int length = random.nextInt(400);
			while (text.length() < length) {
				text.append(pieces[random.nextInt((random.nextInt(200) == 0) ? 8 : 6)]);
			}
			text.append(ends[random.nextInt(ends.length)]);
			boolean expected = isAcceptedByEncoder(text.toString().replace("\u007f", "%7F").replace("\u0080", "%80"));
			assertThat(isKey(text.toString())).as(text.toString()).isEqualTo(expected);
			seen.merge(expected, 1, Integer::sum);
		}
		assertThat(seen.values()).hasSize(2).allMatch((count) -> count > 1000);
	}

	private static boolean isAcceptedByEncoder(String text) {
		try {
			return StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text)).remaining() <= LockKey.MAX_BYTES;
		}
		catch (CharacterCodingException ex) {
			return false;
		}
	}

	private static boolean isKey(String text) {
		try {
			LockKey.of(text);
			return true;
		}
		catch (InvalidLockKeyException ex) {
			return false;
		}
	}

}
