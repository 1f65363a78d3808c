package dev.distributedlock.interceptor;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import dev.distributedlock.InvalidLockKeyException;
import dev.distributedlock.LockKey;
import dev.distributedlock.annotation.DistributedLock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What key expressions may read, and what may come out of them.
 */
class LockKeyExpressionTests {

	@Test
	void argumentsAreReadByNameAndPosition() {
		LockedBeans.with(Keys.class, (keys, locks) -> {
			keys.byName("n");
			assertThat(locks.last().key()).isEqualTo(LockKey.of("n"));
			keys.byPosition("x", "second");
			assertThat(locks.last().key()).isEqualTo(LockKey.of("second"));
			keys.byArgument("first", "y");
			assertThat(locks.last().key()).isEqualTo(LockKey.of("first"));
		});
	}

	@Test
	void rootTellsOfTheCall() {
		LockedBeans.with(Keys.class, (keys, locks) -> {
			keys.root("v");
			assertThat(locks.last().key()).isEqualTo(LockKey.of("root-root-v-true"));
			keys.targetClass();
			assertThat(locks.last().key()).isEqualTo(LockKey.of(Keys.class));
			keys.unqualifiedRoot();
			assertThat(locks.last().key()).isEqualTo(LockKey.of("unqualifiedRoot"));
		});
	}

	@Test
	void propertiesMethodsMapsAndRecordsAreRead() {
		LockedBeans.with(Keys.class, (keys, locks) -> {
			keys.bean(new JavaBean("b"));
			assertThat(locks.last().key()).isEqualTo(LockKey.of("b"));
			keys.recordMethod(new Order("r", null));
			assertThat(locks.last().key()).isEqualTo(LockKey.of("R"));
			keys.map(Map.of("id", 7));
			assertThat(locks.last().key()).isEqualTo(LockKey.of(7));
			keys.optional(Optional.of("o"));
			assertThat(locks.last().key()).isEqualTo(LockKey.of("o"));
		});
	}

	@Test
	void templateJoinsItsParts() {
		LockedBeans.with(Keys.class, (keys, locks) -> {
			keys.template(new Order("1", Kind.BIG), 2);
			assertThat(locks.last().key()).isEqualTo(LockKey.of("order-1/BIG/2"));
		});
	}

	@Test
	void hashWithoutBraceIsNoTemplate() {
		LockedBeans.with(Keys.class, (keys, locks) -> {
			keys.concatenated("1");
			assertThat(locks.last().key()).isEqualTo(LockKey.of("order-1"));
		});
	}

	@Test
	void valuesOfManyTypesAreKeysAlsoWhenCompiled() {
		UUID uuid = UUID.randomUUID();
		LockedBeans.with(Keys.class, (keys, locks) -> {
			for (int i = 0; i < 300; i++) {
				for (Object value : List.of("s" + i, i, uuid, Kind.SMALL, new StringBuilder("b"))) {
					keys.any(new Holder(value));
					assertThat(locks.last().key()).isEqualTo(LockKey.of(value));
				}
			}
			assertThatExceptionOfType(InvalidLockKeyException.class).isThrownBy(() -> keys.any(null));
			keys.any(new Holder("again"));
			assertThat(locks.last().key()).isEqualTo(LockKey.of("again"));
		});
	}

	@Test
	void argumentOfAnotherClassIsReadAfterCompilation() {
		LockedBeans.with(Keys.class, (keys, locks) -> {
			for (int i = 0; i < 300; i++) {
				keys.object(new JavaBean("bean" + i));
				keys.object(new Order("record" + i, null));
				assertThat(locks.last().key()).isEqualTo(LockKey.of("record" + i));
			}
		});
	}

	@Test
	void whatIsNoKeyIsRefusedWithMethodAndExpressionBeforeTheLock() {
		LockedBeans.with(Keys.class, (keys, locks) -> {
			refuses(() -> keys.any(new Holder(null)), "#holder.value", "Keys.any(", "gave null");
			refuses(() -> keys.any(new Holder(" ")), "#holder.value", "Keys.any(", "gave blank text");
			refuses(() -> keys.any(new Holder(List.of())), "#holder.value", "Keys.any(", "gave an empty collection");
			refuses(() -> keys.any(new Holder(new long[0])), "#holder.value", "gave an empty collection");
			refuses(() -> keys.any(new Holder(Arrays.asList("secret", null))), "#holder.value", "gave null");
			refuses(() -> keys.any(new Holder(List.of(List.of("secret")))), "#holder.value", "gave a java.util.");
			refuses(() -> keys.any(new Holder(Path.of("secret", "part"))), "#holder.value", "gave a ");
			refuses(() -> keys.template(new Order("1", null), 1), "order-#{", "gave null");
			refuses(() -> keys.any(new Holder(Map.of("secret", 1))), "#holder.value", "gave a java.util.");
			refuses(() -> keys.any(new Holder(new Object())), "#holder.value", "gave a java.lang.Object");
			refuses(() -> keys.any(new Holder(Optional.empty())), "#holder.value", "gave null");
			refuses(() -> keys.any(new Holder("secret".repeat(100))), "#holder.value", "invalid text of 600");
			refuses(() -> keys.any(new Holder("secret\uD800")), "#holder.value", "invalid text of 7");
			refuses(() -> keys.template(new Order(null, Kind.BIG), 1), "order-#{", "gave null");
			refuses(() -> keys.template(new Order("", Kind.BIG), 1), "order-#{", "gave blank text");
			assertThat(locks.requests()).isEmpty();
			assertThat(keys.calls()).isZero();
		});
	}

	@Test
	void whatEvaluationThrowsIsWrapped() {
		LockedBeans.with(Keys.class, (keys, locks) -> {
			refuses(() -> keys.bean(null), "#bean.id", "Keys.bean(", "PROPERTY_OR_FIELD_NOT_READABLE_ON_NULL");
			refuses(() -> keys.throwing(new Throwing()), "#throwing.id", "Keys.throwing(");
			assertThat(locks.requests()).isEmpty();
		});
	}

	private static void refuses(Runnable call, String... parts) {
		assertThatExceptionOfType(InvalidLockKeyException.class).isThrownBy(call::run)
			.satisfies((ex) -> assertThat(ex.getMessage()).contains(parts).doesNotContain("secret"))
			.satisfies((ex) -> assertThat(String.valueOf(ex.getCause())).doesNotContain("secret"));
	}

	public enum Kind {

		BIG, SMALL;

		@Override
		public String toString() {
			return "kind";
		}

	}

	public record Order(@Nullable String id, @Nullable Kind kind) {
	}

	public record Holder(@Nullable Object value) {
	}

	public static class JavaBean {

		private final String id;

		JavaBean(String id) {
			this.id = id;
		}

		public String getId() {
			return this.id;
		}

	}

	public static class Throwing {

		public String getId() {
			throw new IllegalStateException("no id");
		}

	}

	static class Keys {

		private int calls;

		public int calls() {
			return this.calls;
		}

		@DistributedLock(key = "#name")
		public void byName(String name) {
		}

		@DistributedLock(key = "#p1")
		public void byPosition(String first, String second) {
		}

		@DistributedLock(key = "#a0")
		public void byArgument(String first, String second) {
		}

		@DistributedLock(
				key = "#root.methodName + '-' + #root.method.name + '-' + #root.args[0] + '-' + (#root.target != null)")
		public void root(String value) {
		}

		@DistributedLock(key = "#root.targetClass")
		public void targetClass() {
		}

		@DistributedLock(key = "methodName")
		public void unqualifiedRoot() {
		}

		@DistributedLock(key = "#bean.id")
		public void bean(@Nullable JavaBean bean) {
		}

		@DistributedLock(key = "#order.id().toUpperCase()")
		public void recordMethod(Order order) {
		}

		@DistributedLock(key = "#map['id']")
		public void map(Map<String, Integer> map) {
		}

		@DistributedLock(key = "#optional")
		public void optional(Optional<String> optional) {
		}

		@DistributedLock(key = "order-#{#order.id}/#{#order.kind}/#{#number}")
		public void template(Order order, int number) {
			this.calls++;
		}

		@DistributedLock(key = "'order-' + #id")
		public void concatenated(String id) {
		}

		@DistributedLock(key = "#holder.value")
		public void any(@Nullable Holder holder) {
			this.calls++;
		}

		@DistributedLock(key = "#object.id")
		public void object(Object object) {
		}

		@DistributedLock(key = "#throwing.id")
		public void throwing(Throwing throwing) {
		}

	}

}
