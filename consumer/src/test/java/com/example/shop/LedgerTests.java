package com.example.shop;

import java.time.Duration;

import dev.distributedlock.LockTimeoutException;
import dev.distributedlock.test.AutoConfigureTestLocks;
import dev.distributedlock.test.TestLocks;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@SpringBootTest
@AutoConfigureTestLocks
class LedgerTests {

	@Autowired
	private Ledger ledger;

	@Autowired
	private TestLocks locks;

	@Test
	void typeIsLocked() {
		assertThat(this.ledger.book()).isTrue();
		assertThat(this.locks).acquired("ledger").once().released();
	}

	@Test
	void noLock() {
		assertThat(this.ledger.read()).isFalse();
		assertThat(this.locks).neverAcquired("ledger");
	}

	@Test
	void holdAtLeast() {
		assertThat(this.ledger.remind()).isTrue();
		assertThat(this.ledger.remind()).isFalse();
		this.locks.advance(Duration.ofMinutes(59));
		assertThat(this.ledger.remind()).isFalse();
		this.locks.advance(Duration.ofMinutes(2));
		assertThat(this.ledger.remind()).isTrue();
		// Other tests of the context remind, too.
		this.locks.advance(Duration.ofHours(2));
	}

	@Test
	void backend() throws InterruptedException {
		assertThat(this.ledger.archive(2025, () -> assertThat(this.locks).isHeld("archive", 2025)))
			.containsExactly("archive:2025");
		assertThat(this.locks).acquired("archive", 2025).once().released();
		this.locks.holdElsewhere("archive", 2025);
		assertThatExceptionOfType(LockTimeoutException.class).isThrownBy(() -> this.ledger.archive(2025, Work.NONE));
		assertThat(this.ledger.archive(2026, Work.NONE)).containsExactly("archive:2026");
	}

	@Test
	void scheduledLock() {
		int before = this.ledger.closings();
		this.ledger.close();
		assertThat(this.ledger.closings()).isEqualTo(before + 1);
		this.locks.holdElsewhere("nightly-closing");
		this.ledger.close();
		assertThat(this.ledger.closings()).isEqualTo(before + 1);
		assertThat(this.locks).acquired("nightly-closing").once().released();
		assertThat(this.locks).neverAcquired("ledger");
	}

}
