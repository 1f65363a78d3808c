package dev.distributedlock.interceptor;

import java.io.IOException;
import java.io.InputStream;
import java.lang.StackWalker.StackFrame;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import dev.distributedlock.InvalidLockKeyException;
import dev.distributedlock.LockKey;
import dev.distributedlock.annotation.DistributedLock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Which key expressions are compiled, and that this never shows in a key.
 */
class LockKeyPathTests {

	private static final int HOT = 100_000;

	private final Keys keys = new Keys();

	@ParameterizedTest
	@ValueSource(strings = { "byName", "byPosition", "byArgument", "ofRoot", "byMethod", "nullSafe", "template" })
	void warmPathIsCompiled(String method) {
		ColdAndWarmKey key = key(method);
		for (Object target : List.of(new Reader(), new ReaderBean())) {
			assertThat(key.cold(target).value()).endsWith("interpreted");
			key.warmUp(target);
			assertThat(key.warm(target).value()).endsWith("compiled");
		}
	}

	@Test
	void firstCallsAreInterpreted() {
		ColdAndWarmKey key = key("byName");
		for (int i = 0; i < LockKeyPath.WARM_UP; i++) {
			assertThat(key.warm(new Reader())).isEqualTo(LockKey.of("interpreted"));
		}
		assertThat(key.warm(new Reader())).isEqualTo(LockKey.of("compiled"));
	}

	@Test
	void typesThatAreNotPublicAreInterpretedForever() {
		ColdAndWarmKey key = key("byName").warmUp(new Reader());
		for (int i = 0; i < HOT / 10; i++) {
			assertThat(key.warm(new HiddenReader())).isEqualTo(LockKey.of("interpreted"));
		}
		assertThat(key.warm(new Reader())).isEqualTo(LockKey.of("compiled"));
	}

	@Test
	void alternatingClassesAreCompiledOnceEach() {
		ColdAndWarmKey key = key("byName").warmUp(new Reader());
		for (int i = 0; i < HOT / 10; i++) {
			assertThat(key.warm(new ReaderBean())).isEqualTo(LockKey.of("compiled"));
			assertThat(key.warm(new Reader())).isEqualTo(LockKey.of("compiled"));
		}
	}

	static Stream<Arguments> arguments() {
		Object[] numbers = { 1, 4294967297L, 2.5, "s", (short) 3 };
		return Stream.of(Arguments.of("sum", numbers), Arguments.of("twice", new Object[] { 1, 4294967297L, 2.5 }),
				Arguments.of("comparison", new Object[] { 1, 4294967296L, 6.5 }),
				Arguments.of("elvis", new Object[] { "x", Optional.of("y"), Optional.empty(), "" }),
				Arguments.of("overload", new Object[] { 1, "s", 2L }), Arguments.of("text", numbers),
				Arguments.of("value", new Object[] { 1, "s", 2L, UUID.randomUUID(), Optional.of("o"), Kind.ONE }));
	}

	@ParameterizedTest
	@MethodSource("arguments")
	void valueOfAnotherClassGivesTheSameKeyWarmAsCold(String method, Object[] values) {
		ColdAndWarmKey key = key(method);
		for (Object first : values) {
			key.warmUp(new Holder(first));
			for (Object value : values) {
				assertThat(key.warm(new Holder(value))).as("%s after %s", value, first)
					.isEqualTo(key.cold(new Holder(value)));
			}
		}
	}

	static Stream<Arguments> shadows() {
		return Stream.of(Arguments.of(new Field(), new FieldAndGetter()),
				Arguments.of(new Accessor(), new AccessorAndGetter()), Arguments.of(new Field(), new OtherField()),
				Arguments.of(new FieldAndGetter(), new Hidden()));
	}

	@ParameterizedTest
	@MethodSource("shadows")
	void memberOfSubclassGivesTheSameKeyWarmAsCold(Object base, Object sub) {
		for (String method : List.of("byName", "nested")) {
			Object first = (method.equals("nested")) ? new Holder(base) : base;
			Object second = (method.equals("nested")) ? new Holder(sub) : sub;
			ColdAndWarmKey key = key(method).warmUp(first);
			assertThat(key.warm(second)).isEqualTo(key.cold(second)).isNotEqualTo(key.warm(first));
			key.warmUp(second);
			assertThat(key.warm(first)).isEqualTo(key.cold(first));
		}
	}

	@Test
	void wayThroughNullFailsAsColdAndDoesNoHarm() {
		ColdAndWarmKey key = key("nested").warmUp(new Holder(new Reader()));
		for (int i = 0; i < LockKeyPath.WARM_UP; i++) {
			assertFailsAsCold(key, new Holder(null));
			assertFailsAsCold(key, (Object) null);
			assertThat(key.warm(new Holder(new Reader()))).isEqualTo(LockKey.of("compiled"));
		}
		ColdAndWarmKey nullSafe = key("nullSafe").warmUp(new Reader());
		assertFailsAsCold(nullSafe, (Object) null);
		assertThat(nullSafe.warm(Optional.of(new Reader()))).isEqualTo(nullSafe.cold(Optional.of(new Reader())));
	}

	@Test
	void getterThatThrowsFailsAsColdAndIsReadAgain() {
		Moody moody = new Moody();
		ColdAndWarmKey key = key("byName").warmUp(moody);
		for (Throwable failure : List.of(new IllegalStateException("no"), new IOException("no"),
				new AssertionError("no"))) {
			moody.failure = failure;
			assertFailsAsCold(key, moody);
			moody.failure = null;
			assertThat(key.warm(moody)).isEqualTo(LockKey.of("compiled"));
		}
	}

	@Test
	void staticMembersOfAClassAreThoseOfItsValue() {
		ColdAndWarmKey key = key("byName").warmUp(One.class);
		assertThat(key.warm(One.class)).isEqualTo(LockKey.of("one"));
		assertThat(key.warm(Two.class)).isEqualTo(key.cold(Two.class)).isEqualTo(LockKey.of("two"));
	}

	@Test
	void classesOfOneNameAreToldApartByTheirLoaders() throws Exception {
		ColdAndWarmKey key = key("byName").warmUp(new Reader());
		ClassLoader application = getClass().getClassLoader();
		Object seesSpring = new Copies(application).copyOf(Reader.class);
		Object seesTheJdk = new Copies(ClassLoader.getPlatformClassLoader()).copyOf(Reader.class);
		assertThat(seesSpring.getClass()).isNotEqualTo(Reader.class).isNotEqualTo(seesTheJdk.getClass());
		key.warmUp(seesSpring).warmUp(seesTheJdk);
		assertThat(key.warm(seesSpring)).isEqualTo(LockKey.of("compiled"));
		assertThat(key.warm(seesTheJdk)).isEqualTo(LockKey.of("interpreted"));
		assertThat(key.warm(new Reader())).isEqualTo(LockKey.of("compiled"));
	}

	@Test
	void classesBeyondTheLimitAreInterpreted() throws Exception {
		ColdAndWarmKey key = key("byName").warmUp(new Reader());
		for (int i = 1; i < LockKeyStep.MAX_CLASSES; i++) {
			assertThat(key.warm(new Copies(getClass().getClassLoader()).copyOf(Reader.class)))
				.isEqualTo(LockKey.of("compiled"));
		}
		Object further = new Copies(getClass().getClassLoader()).copyOf(Reader.class);
		key.warmUp(further);
		assertThat(key.warm(further)).isEqualTo(LockKey.of("interpreted"));
		assertThat(key.warm(new Reader())).isEqualTo(LockKey.of("compiled"));
	}

	@Test
	void argumentsAreTakenAsTheyAre() {
		for (String method : List.of("parameter", "position", "rootArgument")) {
			ColdAndWarmKey key = key(method);
			for (int i = 0; i < HOT; i++) {
				Object value = (i % 3 == 0) ? (Object) i : (i % 3 == 1) ? "s" + i : (Object) Kind.ONE;
				assertThat(key.warm(value, "second")).isEqualTo(LockKey.of(value));
			}
			assertFailsAsCold(key, null, "second");
		}
		assertThat(key("rootSecond").warm("first", "second")).isEqualTo(LockKey.of("second"));
		assertFailsAsCold(key("rootThird"), "first", "second");
	}

	@Test
	void threadsWithValuesOfAllKindsGetTheirOwnKeys() throws Exception {
		ColdAndWarmKey key = key("nested");
		ExecutorService threads = Executors.newFixedThreadPool(4);
		try {
			Callable<Integer> calls = () -> {
				int made = 0;
				for (int i = 0; i < HOT; i++, made++) {
					String id = Thread.currentThread().getName() + i;
					Object target = switch (i % 5) {
						case 0 -> new Named(id);
						case 1 -> new NamedBean(id);
						case 2 -> new HiddenNamed(id);
						case 3 -> new NamedSubclass(id);
						default -> null;
					};
					if (target != null) {
						assertThat(key.warm(new Holder(target)).value()).isEqualTo(id);
					}
					else if (i % 100 == 4) {
						assertThatExceptionOfType(InvalidLockKeyException.class)
							.isThrownBy(() -> key.warm(new Holder(null)));
					}
				}
				return made;
			};
			for (Future<Integer> future : threads.invokeAll(List.of(calls, calls, calls, calls))) {
				assertThat(future.get()).isEqualTo(HOT);
			}
		}
		finally {
			threads.shutdown();
		}
	}

	private ColdAndWarmKey key(String method) {
		return new ColdAndWarmKey(this.keys, method);
	}

	private static void assertFailsAsCold(ColdAndWarmKey key, @Nullable Object... arguments) {
		assertThatExceptionOfType(InvalidLockKeyException.class).isThrownBy(() -> key.warm(arguments))
			.satisfies((warm) -> assertThatExceptionOfType(InvalidLockKeyException.class)
				.isThrownBy(() -> key.cold(arguments))
				.satisfies((cold) -> assertThat(String.valueOf(warm.getCause()))
					.isEqualTo(String.valueOf(cold.getCause())))
				.withMessage(warm.getMessage()));
	}

	public enum Kind {

		ONE

	}

	/** Its id says whether it is read by code that was compiled. */
	public static class Reader {

		public String id() {
			return StackWalker.getInstance().walk(Reader::isCompiled) ? "compiled" : "interpreted";
		}

		private static boolean isCompiled(Stream<StackFrame> frames) {
			return frames
				.anyMatch((frame) -> frame.getClassName().startsWith("org.springframework.expression.spel.generated."));
		}

	}

	public static class ReaderBean {

		private final Reader reader = new Reader();

		public String id() {
			return this.reader.id();
		}

		public String getId() {
			return this.reader.id();
		}

	}

	static class HiddenReader {

		public String getId() {
			return new Reader().id();
		}

	}

	public static class One {

		public static String getId() {
			return "one";
		}

	}

	public static class Two {

		public static String getId() {
			return "two";
		}

	}

	public static class Moody {

		private @Nullable Throwable failure;

		public String getId() throws Throwable {
			if (this.failure != null) {
				throw this.failure;
			}
			return new Reader().id();
		}

	}

	public record Holder(@Nullable Object value) {
	}

	public static class Field {

		public final String id = "field";

	}

	public static class OtherField extends Field {

		public final String id = "other field";

	}

	public static class FieldAndGetter extends Field {

		public String getId() {
			return "getter";
		}

	}

	static class Hidden extends FieldAndGetter {

		@Override
		public String getId() {
			return "hidden";
		}

	}

	public static class Accessor {

		public String id() {
			return "accessor";
		}

	}

	public static class AccessorAndGetter extends Accessor {

		public String getId() {
			return "getter";
		}

	}

	public record Named(String id) {
	}

	record HiddenNamed(String id) {
	}

	public static class NamedBean {

		private final String id;

		NamedBean(String id) {
			this.id = id;
		}

		public String getId() {
			return this.id;
		}

	}

	public static class NamedSubclass extends NamedBean {

		NamedSubclass(String id) {
			super("of " + id);
		}

		@Override
		public String getId() {
			return super.getId().substring(3);
		}

	}

	/** Loads classes once more, under the name that they have. */
	private static final class Copies extends ClassLoader {

		Copies(ClassLoader parent) {
			super(parent);
		}

		Object copyOf(Class<?> type) throws ReflectiveOperationException, IOException {
			try (InputStream stream = Objects.requireNonNull(
					type.getClassLoader().getResourceAsStream(type.getName().replace('.', '/') + ".class"))) {
				byte[] code = stream.readAllBytes();
				return defineClass(type.getName(), code, 0, code.length).getDeclaredConstructor().newInstance();
			}
		}

	}

	public static class Keys {

		@DistributedLock("#target.id")
		public void byName(Object target) {
		}

		@DistributedLock("#p0.id")
		public void byPosition(Object target) {
		}

		@DistributedLock("#a0.id")
		public void byArgument(Object target) {
		}

		@DistributedLock("#root.args[0].id")
		public void ofRoot(Object target) {
		}

		@DistributedLock("#target.id()")
		public void byMethod(Object target) {
		}

		@DistributedLock("#target?.id")
		public void nullSafe(Object target) {
		}

		@DistributedLock("order-#{#target.id}")
		public void template(Object target) {
		}

		@DistributedLock("#holder.value.id")
		public void nested(Holder holder) {
		}

		@DistributedLock("#parameter")
		public void parameter(Object parameter, String second) {
		}

		@DistributedLock("#p0")
		public void position(Object parameter, String second) {
		}

		@DistributedLock("#root.args[0]")
		public void rootArgument(Object parameter, String second) {
		}

		@DistributedLock("#root.args[1]")
		public void rootSecond(Object parameter, String second) {
		}

		@DistributedLock("#root.args[2]")
		public void rootThird(Object parameter, String second) {
		}

		@DistributedLock("#holder.value")
		public void value(Holder holder) {
		}

		@DistributedLock("#holder.value + 1")
		public void sum(Holder holder) {
		}

		@DistributedLock("#holder.value * 2")
		public void twice(Holder holder) {
		}

		@DistributedLock("#holder.value > 5 ? 'large' : 'small'")
		public void comparison(Holder holder) {
		}

		@DistributedLock("#holder.value ?: 'none'")
		public void elvis(Holder holder) {
		}

		@DistributedLock("'order-' + #holder.value")
		public void text(Holder holder) {
		}

		@DistributedLock("#root.target.kindOf(#holder.value)")
		public void overload(Holder holder) {
		}

		public String kindOf(Object value) {
			return "object";
		}

		public String kindOf(String value) {
			return "text";
		}

	}

}
