package dev.distributedlock.interceptor;

import java.util.List;
import java.util.Optional;

import dev.distributedlock.InvalidLockKeyException;
import dev.distributedlock.LockDefinition;
import dev.distributedlock.LockDefinitions;
import dev.distributedlock.LockKey;
import dev.distributedlock.annotation.DistributedLock;
import dev.distributedlock.annotation.LockKeyGenerator;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Keys that come from beans, and several keys of one call.
 */
class LockKeySourcesTests {

	private final ApplicationContextRunner runner = LockedBeans.context()
		.withBean("tenants", Tenants.class)
		.withBean("byMethod", LockKeyGenerator.class,
				() -> (target, method, arguments) -> target.getClass().getSimpleName() + "/" + method.getName() + "/"
						+ arguments[0])
		.withBean("nothing", LockKeyGenerator.class, () -> (target, method, arguments) -> null)
		.withBean("failing", LockKeyGenerator.class, () -> (target, method, arguments) -> {
			throw new IllegalStateException("secret");
		})
		.withBean("both", LockKeyGenerator.class, () -> (target, method, arguments) -> List.of("x", "y"));

	@Test
	void expressionCallsABean() {
		LockedBeans.with(this.runner, Keys.class, Keys.class, (keys, locks) -> {
			keys.bean("7");
			assertThat(locks.last().key()).isEqualTo(LockKey.of("tenant-7"));
			keys.beanInTemplate("7");
			assertThat(locks.last().key()).isEqualTo(LockKey.of("t/tenant-7"));
		});
	}

	@Test
	void generatorMakesTheKeyWithinTheName() {
		LockedBeans.with(this.runner, Keys.class, Keys.class, (keys, locks) -> {
			keys.generated("1");
			assertThat(locks.last().key()).isEqualTo(LockKey.of("orders", "Keys/generated/1"));
			assertThat(locks.last().name()).isEqualTo("orders");
			keys.generatedPair();
			assertThat(locks.keys()).endsWith(LockKey.of("x"), LockKey.of("y"));
		});
	}

	@Test
	void generatorThatGivesNoKeyIsRefusedBeforeTheLock() {
		LockedBeans.with(this.runner, Keys.class, Keys.class, (keys, locks) -> {
			assertThatExceptionOfType(InvalidLockKeyException.class).isThrownBy(keys::none)
				.withMessageContainingAll("Key generator 'nothing' of Keys.none()", "gave null");
			assertThatExceptionOfType(InvalidLockKeyException.class).isThrownBy(keys::failing)
				.withMessageContainingAll("Key generator 'failing' of Keys.failing()", "IllegalStateException")
				.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain("secret"));
			assertThat(locks.requests()).isEmpty();
		});
	}

	@Test
	void definitionNamesTheGenerator() {
		this.runner.withBean(Keys.class)
			.run((context) -> assertThat(context.getBean(LockDefinitions.class).all()).extracting(LockDefinition::key)
				.contains("@byMethod"));
	}

	@Test
	void elementsOfCollectionsArraysAndListsAreOneKeyEach() {
		LockedBeans.with(this.runner, Keys.class, Keys.class, (keys, locks) -> {
			keys.many(List.of("b", "a"));
			assertThat(locks.keys()).containsExactly(LockKey.of("stock", "a"), LockKey.of("stock", "b"));
			keys.many(new String[] { "d", "c" });
			assertThat(locks.keys().subList(2, 4)).containsExactly(LockKey.of("stock", "c"), LockKey.of("stock", "d"));
			keys.many(new long[] { 2, 1 });
			assertThat(locks.keys().subList(4, 6)).containsExactly(LockKey.of("stock", 1), LockKey.of("stock", 2));
			keys.many(Optional.of(List.of("e")));
			assertThat(locks.last().key()).isEqualTo(LockKey.of("stock", "e"));
			keys.list("g", "f");
			assertThat(locks.keys().subList(7, 9)).containsExactly(LockKey.of("stock", "f"), LockKey.of("stock", "g"));
			keys.projected(List.of(new Line("2"), new Line("1")));
			assertThat(locks.keys().subList(9, 11)).containsExactly(LockKey.of("stock", "1"), LockKey.of("stock", "2"));
		});
	}

	static class Tenants {

		public String of(String id) {
			return "tenant-" + id;
		}

	}

	public record Line(String sku) {
	}

	static class Keys {

		@DistributedLock(key = "@tenants.of(#id)")
		public void bean(String id) {
		}

		@DistributedLock(key = "t/#{@tenants.of(#id)}")
		public void beanInTemplate(String id) {
		}

		@DistributedLock(name = "orders", keyGenerator = "byMethod")
		public void generated(String id) {
		}

		@DistributedLock(keyGenerator = "both")
		public void generatedPair() {
		}

		@DistributedLock(keyGenerator = "nothing")
		public void none() {
		}

		@DistributedLock(keyGenerator = "failing")
		public void failing() {
		}

		@DistributedLock(name = "stock", key = "#keys")
		public void many(Object keys) {
		}

		@DistributedLock(name = "stock", key = "{#from, #to}")
		public void list(String from, String to) {
		}

		@DistributedLock(name = "stock", key = "#lines.![sku]")
		public void projected(List<Line> lines) {
		}

	}

}
