package dev.distributedlock.fencing;

import dev.distributedlock.LockContext;
import dev.distributedlock.StaleTokenException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNoException;

class InMemoryFencingGuardTests {

	private final FencingGuard guard = new InMemoryFencingGuard();

	@Test
	void tokenPassesAsOftenAsItComesUntilALargerOneHasPassed() {
		FencingToken stale = FencingToken.of(FixedLease.of("stock", "tea", 7));
		FencingToken later = FencingToken.of(FixedLease.of("stock", "tea", 8));
		this.guard.check(stale);
		this.guard.check(stale);
		this.guard.check(later);
		assertThatExceptionOfType(StaleTokenException.class).isThrownBy(() -> this.guard.check(stale))
			.satisfies((ex) -> assertThat(ex.presentedToken()).isEqualTo(7))
			.satisfies((ex) -> assertThat(ex.seenToken()).hasValue(8));
		assertThatNoException().isThrownBy(() -> this.guard.check(later));
	}

	@Test
	void tokensOfOtherKeysAreNotCompared() {
		this.guard.check(FencingToken.of(FixedLease.of("stock", "tea", 8)));
		assertThatNoException()
			.isThrownBy(() -> this.guard.check(FencingToken.of(FixedLease.of("stock", "coffee", 7))));
	}

	@Test
	void withoutLockNothingPasses() {
		assertThatIllegalStateException().isThrownBy(this.guard::check);
		assertThatIllegalStateException().isThrownBy(this.guard::checkAll);
	}

	@Test
	void checkOfAllFindsTheStaleOneAmongSeveral() {
		this.guard.check(FencingToken.of(FixedLease.of("accounts", "from", 5)));
		try (var from = LockContext.attach(FixedLease.of("accounts", "from", 4));
				var to = LockContext.attach(FixedLease.of("accounts", "to", 9))) {
			assertThatNoException().isThrownBy(this.guard::check);
			assertThatExceptionOfType(StaleTokenException.class).isThrownBy(this.guard::checkAll)
				.withMessageContaining("'accounts:from'");
		}
	}

}
