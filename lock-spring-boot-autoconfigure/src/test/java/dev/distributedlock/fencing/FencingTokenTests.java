package dev.distributedlock.fencing;

import java.util.List;

import dev.distributedlock.LockContext;
import dev.distributedlock.LockKey;
import dev.distributedlock.StaleTokenException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNoException;

class FencingTokenTests {

	private final FencingToken token = FencingToken.of(FixedLease.of("stock", "tea", 7));

	@Test
	void withoutLockThereIsNoToken() {
		assertThatIllegalStateException().isThrownBy(FencingToken::current)
			.withMessageContaining("runs under no distributed lock");
		assertThat(FencingToken.find()).isEmpty();
	}

	@Test
	void currentTokenIsThatOfTheInnermostLock() {
		try (var outer = LockContext.attach(FixedLease.of("stock", "tea", 7));
				var inner = LockContext.attach(FixedLease.of("ledger", "2026", 3))) {
			assertThat(FencingToken.current()).isEqualTo(new FencingToken("ledger", LockKey.of("ledger", "2026"), 3));
			assertThat(FencingToken.current("stock")).isEqualTo(this.token);
			assertThatIllegalStateException().isThrownBy(() -> FencingToken.current("orders"))
				.withMessageContaining("named 'orders'")
				.withMessageContaining("[ledger, stock]");
		}
	}

	@Test
	void allTokensComeInTheOrderOfTheirKeysAndOncePerKey() {
		try (var first = LockContext.attach(FixedLease.of("stock", "tea", 7));
				var second = LockContext.attach(FixedLease.of("ledger", "2026", 3));
				var again = LockContext.attach(FixedLease.of("stock", "tea", 7))) {
			assertThat(FencingToken.all()).extracting(FencingToken::value).containsExactly(3L, 7L);
		}
	}

	@Test
	void presentedTokensCountWhereNoLockIsHeld() {
		try (var presented = PresentedTokens.attach(List.of(this.token))) {
			assertThat(FencingToken.current()).isEqualTo(this.token);
			try (var held = LockContext.attach(FixedLease.of("orders", 42, 9))) {
				assertThat(FencingToken.current().value()).isEqualTo(9);
				assertThat(FencingToken.current("stock")).isEqualTo(this.token);
			}
		}
		assertThat(FencingToken.find()).isEmpty();
	}

	@Test
	void nestedPresentationEndsWithTheOneBefore() {
		FencingToken other = FencingToken.of(FixedLease.of("stock", "coffee", 8));
		try (var outer = PresentedTokens.attach(List.of(this.token))) {
			try (var inner = PresentedTokens.attach(List.of(other))) {
				assertThat(PresentedTokens.current()).containsExactly(other);
			}
			assertThat(PresentedTokens.current()).containsExactly(this.token);
		}
		assertThat(PresentedTokens.current()).isEmpty();
	}

	@Test
	void conditionalStatementThatWroteNothingIsRefused() {
		assertThatNoException().isThrownBy(() -> this.token.ensureWritten(1));
		assertThatExceptionOfType(StaleTokenException.class).isThrownBy(() -> this.token.ensureWritten(0))
			.withMessageContaining("'stock:tea'")
			.satisfies((ex) -> assertThat(ex.presentedToken()).isEqualTo(7))
			.satisfies((ex) -> assertThat(ex.seenToken()).isEmpty())
			.satisfies((ex) -> assertThat(ex.lockName()).contains("stock"));
	}

	@Test
	void tokensArePositive() {
		assertThatIllegalArgumentException().isThrownBy(() -> new FencingToken("stock", LockKey.of("stock", "tea"), 0))
			.withMessageContaining("'value' must be positive but was 0");
	}

}
