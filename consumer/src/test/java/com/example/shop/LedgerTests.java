package com.example.shop;

import dev.distributedlock.test.AutoConfigureTestLocks;
import dev.distributedlock.test.TestLocks;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

import static org.assertj.core.api.Assertions.assertThat;

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
