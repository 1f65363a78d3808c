package dev.distributedlock.test;

import java.util.List;

/**
 * What happened in a {@link LockRace}.
 *
 * @param callers how many competed
 * @param failures what calls threw, in the order of the callers
 * @param entries how often a caller was inside
 * @param insideTogether the callers that were inside at the same time, when they were
 * most
 * @param subject what they competed for
 */
public record LockRaceResult(int callers, List<Throwable> failures, int entries, List<String> insideTogether,
		String subject) {

	/** Copy the lists. */
	public LockRaceResult {
		failures = List.copyOf(failures);
		insideTogether = List.copyOf(insideTogether);
	}

	/**
	 * Return how many callers returned normally.
	 * @return the number
	 */
	public int returned() {
		return this.callers - this.failures.size();
	}

	/**
	 * Verify that no two callers were ever inside at the same time.
	 * @return this
	 */
	public LockRaceResult assertNoOverlap() {
		return assertAtMost(1);
	}

	/**
	 * Verify that there were never more callers inside than permits.
	 * @param permits how many may be inside at the same time
	 * @return this
	 */
	public LockRaceResult assertAtMost(int permits) {
		if (this.entries == 0) {
			throw failure("was entered by nobody, so that nothing is proven");
		}
		if (this.insideTogether.size() > permits) {
			throw failure("was entered by " + this.insideTogether.size() + " of " + this.callers
					+ " callers at the same time: " + this.insideTogether
					+ ". Do the calls ask for the same lock, and do they pass the bean's proxy?");
		}
		return this;
	}

	/**
	 * Verify that callers were inside at the same time, as those of different keys are.
	 * @return this
	 */
	public LockRaceResult assertOverlap() {
		if (this.insideTogether.size() < 2) {
			throw failure("was entered by one caller at a time (" + this.entries
					+ " entries). Do all calls ask for the same lock?");
		}
		return this;
	}

	/**
	 * Verify that all callers returned normally.
	 * @return this
	 */
	public LockRaceResult assertAllReturned() {
		if (!this.failures.isEmpty()) {
			throw failure("failed for " + this.failures.size() + " of " + this.callers + " callers");
		}
		return this;
	}

	private AssertionError failure(String what) {
		AssertionError error = new AssertionError(this.subject + " " + what
				+ (this.failures.isEmpty() ? "" : ". The first failure: " + this.failures.get(0)));
		this.failures.forEach(error::addSuppressed);
		return error;
	}

}
