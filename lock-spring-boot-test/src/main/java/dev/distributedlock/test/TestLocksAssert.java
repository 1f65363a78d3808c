package dev.distributedlock.test;

import java.util.List;
import java.util.Optional;

import dev.distributedlock.LockHolder;
import dev.distributedlock.LockKey;
import org.assertj.core.api.AbstractAssert;

/**
 * Assertions on what the application does with its locks.
 *
 * <pre>
 * assertThat(locks).acquired("orders", "42").once().released();
 * assertThat(locks).isHeld("orders", "42");
 * assertThat(locks).neverAcquired("orders", "43");
 * assertThat(locks).holdsNothing();
 * </pre>
 */
public final class TestLocksAssert extends AbstractAssert<TestLocksAssert, TestLocks> {

	TestLocksAssert(TestLocks actual) {
		super(actual, TestLocksAssert.class);
	}

	/**
	 * Verify that the application has acquired a lock since the test began.
	 * @param name the name of the lock, or its key if it has no name
	 * @param keyParts the value of its key
	 * @return assertions on its uses
	 */
	public LockUsesAssert acquired(String name, Object... keyParts) {
		isNotNull();
		LockKey key = LockKey.of(name, keyParts);
		List<LockUse> uses = uses(key);
		if (uses.isEmpty()) {
			failWithMessage(
					"%nExpecting the application to have acquired the lock%n  '%s'%nbut it acquired%n  %s%n"
							+ "and was refused%n  %s",
					key.value(), orNone(this.actual.uses()), orNone(this.actual.refusals()));
		}
		return new LockUsesAssert(key, uses);
	}

	/**
	 * Verify that the application has not acquired a lock since the test began.
	 * @param name the name of the lock, or its key if it has no name
	 * @param keyParts the value of its key
	 * @return this
	 */
	public TestLocksAssert neverAcquired(String name, Object... keyParts) {
		isNotNull();
		LockKey key = LockKey.of(name, keyParts);
		List<LockUse> uses = uses(key);
		if (!uses.isEmpty()) {
			failWithMessage("%nExpecting the application never to have acquired the lock%n  '%s'%nbut it did%n  %s",
					key.value(), uses);
		}
		return this;
	}

	/**
	 * Verify that the application has asked for a lock and did not get it since the test
	 * began.
	 * @param name the name of the lock, or its key if it has no name
	 * @param keyParts the value of its key
	 * @return this
	 */
	public TestLocksAssert wasRefused(String name, Object... keyParts) {
		isNotNull();
		LockKey key = LockKey.of(name, keyParts);
		if (this.actual.refusals().stream().noneMatch((refusal) -> refusal.key().equals(key))) {
			failWithMessage(
					"%nExpecting the application to have been refused the lock%n  '%s'%nbut it was refused%n"
							+ "  %s%nand acquired%n  %s",
					key.value(), orNone(this.actual.refusals()), orNone(this.actual.uses()));
		}
		return this;
	}

	/**
	 * Verify that the application holds a lock now.
	 * @param name the name of the lock, or its key if it has no name
	 * @param keyParts the value of its key
	 * @return this
	 */
	public TestLocksAssert isHeld(String name, Object... keyParts) {
		isNotNull();
		LockKey key = LockKey.of(name, keyParts);
		if (uses(key).stream().noneMatch(LockUse::isHeld)) {
			failWithMessage("%nExpecting the application to hold the lock%n  '%s'%nbut it holds%n  %s", key.value(),
					orNone(held()));
		}
		return this;
	}

	/**
	 * Verify that nobody holds a lock now, in this application or elsewhere.
	 * @param name the name of the lock, or its key if it has no name
	 * @param keyParts the value of its key
	 * @return this
	 */
	public TestLocksAssert isFree(String name, Object... keyParts) {
		isNotNull();
		LockKey key = LockKey.of(name, keyParts);
		Optional<LockHolder> holder = this.actual.holder(key);
		if (holder.isPresent()) {
			failWithMessage("%nExpecting the lock%n  '%s'%nto be free but it is held by%n  '%s' (token %s)",
					key.value(), holder.get().instance(), holder.get().token());
		}
		return this;
	}

	/**
	 * Verify that the application waits for a lock now.
	 * @param name the name of the lock, or its key if it has no name
	 * @param keyParts the value of its key
	 * @return this
	 */
	public TestLocksAssert isWaitedFor(String name, Object... keyParts) {
		isNotNull();
		LockKey key = LockKey.of(name, keyParts);
		if (this.actual.waiting().stream().noneMatch((request) -> request.key().equals(key))) {
			failWithMessage("%nExpecting the application to wait for the lock%n  '%s'%nbut it waits for%n  %s",
					key.value(),
					orNone(this.actual.waiting()
						.stream()
						.map((request) -> "'" + request.key().value() + "'")
						.toList()));
		}
		return this;
	}

	/**
	 * Verify that the application holds no lock now.
	 * @return this
	 */
	public TestLocksAssert holdsNothing() {
		isNotNull();
		if (!held().isEmpty()) {
			failWithMessage("%nExpecting the application to hold no lock but it holds%n  %s", held());
		}
		return this;
	}

	private List<LockUse> uses(LockKey key) {
		return this.actual.uses().stream().filter((use) -> use.key().equals(key)).toList();
	}

	private List<LockUse> held() {
		return this.actual.uses().stream().filter(LockUse::isHeld).toList();
	}

	private static Object orNone(List<?> values) {
		return values.isEmpty() ? "nothing" : values;
	}

}
