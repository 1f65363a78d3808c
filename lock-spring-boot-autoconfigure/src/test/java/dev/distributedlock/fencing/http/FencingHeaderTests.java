package dev.distributedlock.fencing.http;

import java.util.Collections;
import java.util.List;

import dev.distributedlock.LockKey;
import dev.distributedlock.LockLease;
import dev.distributedlock.fencing.FencingToken;
import dev.distributedlock.fencing.FixedLease;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.http.HttpMethod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class FencingHeaderTests {

	private final LockLease tea = FixedLease.of("stock", "tea", 7);

	private final LockLease ledger = FixedLease.of("ledger", "2026", 3);

	@Test
	void headerTellsKeyTokenAndName() {
		assertThat(FencingHeader.format(List.of(FencingToken.of(this.tea), FencingToken.of(this.ledger))))
			.isEqualTo("stock%3Atea=7;name=stock, ledger%3A2026=3;name=ledger");
	}

	@ParameterizedTest
	@ValueSource(strings = { "tea", "a,b", "a=b;name=c", "é ü", "50%", " x ", "a:b", "\"q\"", "\uD83D\uDE00" })
	void whatIsWrittenIsReadBack(String part) {
		FencingToken token = FencingToken.of(FixedLease.of("sto,ck", part, Long.MAX_VALUE));
		String header = FencingHeader.format(List.of(token));
		assertThat(header).isASCII();
		assertThat(FencingHeader.parse(List.of(header))).containsExactly(token);
	}

	@Test
	void headerMayComeSeveralTimesAndWithoutNames() {
		assertThat(FencingHeader.parse(List.of("stock%3Atea=7", "ledger=3;name=books,x=1"))).containsExactly(
				new FencingToken("stock:tea", LockKey.of("stock", "tea"), 7),
				new FencingToken("books", LockKey.of("ledger"), 3), new FencingToken("x", LockKey.of("x"), 1));
		assertThat(FencingHeader.parse(List.of())).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "tea", "tea=", "=7", "tea=-7", "tea=0", "tea=7.5", "tea=99999999999999999999",
			"tea=9999999999999999999", "tea=7;name=", "tea=7,", "tea=7;other=x", "%zz=7", "%7B=7", "%20=7" })
	void malformedHeaderIsRefused(String header) {
		assertThatIllegalArgumentException().isThrownBy(() -> FencingHeader.parse(List.of(header)));
	}

	@Test
	void headerIsNotOfAnyLength() {
		assertThat(FencingHeader.parse(Collections.nCopies(64, "tea=7"))).hasSize(64);
		assertThatIllegalArgumentException().isThrownBy(() -> FencingHeader.parse(Collections.nCopies(65, "tea=7")))
			.withMessageContaining("64 tokens at most");
	}

	@Test
	void innermostLockIsSentUnlessOthersAreNamed() {
		List<LockLease> leases = List.of(this.ledger, this.tea, FixedLease.of("stock", "coffee", 9));
		assertThat(FencingHeader.tokensToSend(leases, List.of(), HttpMethod.POST)).extracting(FencingToken::value)
			.containsExactly(3L);
		assertThat(FencingHeader.tokensToSend(leases, List.of("stock"), HttpMethod.POST))
			.extracting(FencingToken::value)
			.containsExactly(7L, 9L);
	}

	@Test
	void requestThatChangesSomethingNeedsAToken() {
		assertThat(FencingHeader.tokensToSend(List.of(), List.of(), HttpMethod.GET)).isEmpty();
		assertThatIllegalStateException()
			.isThrownBy(() -> FencingHeader.tokensToSend(List.of(), List.of(), HttpMethod.DELETE))
			.withMessageContaining("A DELETE request has to carry a fencing token");
		assertThatIllegalStateException()
			.isThrownBy(() -> FencingHeader.tokensToSend(List.of(this.tea), List.of("orders"), HttpMethod.POST))
			.withMessageContaining("[orders]");
	}

}
