package dev.distributedlock.test;

import java.util.List;
import java.util.function.Predicate;

import dev.distributedlock.LockKey;
import dev.distributedlock.LockListener.Outcome;
import org.assertj.core.api.AbstractAssert;

/**
 * Assertions on the uses that the application made of one lock.
 */
public final class LockUsesAssert extends AbstractAssert<LockUsesAssert, List<LockUse>> {

	private final LockKey key;

	LockUsesAssert(LockKey key, List<LockUse> uses) {
		super(uses, LockUsesAssert.class);
		this.key = key;
	}

	/**
	 * Verify that the lock was acquired once.
	 * @return this
	 */
	public LockUsesAssert once() {
		return times(1);
	}

	/**
	 * Verify how often the lock was acquired.
	 * @param expected how often
	 * @return this
	 */
	public LockUsesAssert times(int expected) {
		if (this.actual.size() != expected) {
			failWithMessage("%nExpecting the lock%n  '%s'%nto have been acquired %s times but it was %s times%n  %s",
					this.key.value(), expected, this.actual.size(), this.actual);
		}
		return this;
	}

	/**
	 * Verify that each use has ended with a release by its holder.
	 * @return this
	 */
	public LockUsesAssert released() {
		return all("released", (use) -> use.outcome().filter(Outcome.RELEASED::equals).isPresent());
	}

	/**
	 * Verify that each use has ended with the loss of the lock.
	 * @return this
	 */
	public LockUsesAssert lost() {
		return all("lost", (use) -> use.outcome().filter(Outcome.LOST::equals).isPresent());
	}

	/**
	 * Verify that the lock is held now.
	 * @return this
	 */
	public LockUsesAssert stillHeld() {
		if (this.actual.stream().noneMatch(LockUse::isHeld)) {
			failWithMessage("%nExpecting the lock%n  '%s'%nto be held still but its uses are%n  %s", this.key.value(),
					this.actual);
		}
		return this;
	}

	private LockUsesAssert all(String what, Predicate<LockUse> test) {
		if (!this.actual.stream().allMatch(test)) {
			failWithMessage("%nExpecting the lock%n  '%s'%nto have been %s but its uses are%n  %s", this.key.value(),
					what, this.actual);
		}
		return this;
	}

}
