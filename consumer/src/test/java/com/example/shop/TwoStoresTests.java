package com.example.shop;

import dev.distributedlock.backend.memory.InMemoryLockBackend;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.context.SpringBootTest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The stores as the application has them, without those of the test kit.
 */
@SpringBootTest(properties = "distributed-lock.backend=in-memory")
class TwoStoresTests {

	@Autowired
	private Ledger ledger;

	@Autowired
	private OrderService orders;

	@Autowired
	private InMemoryLockBackend store;

	@Autowired
	@Qualifier("archiveStore")
	private InMemoryLockBackend archiveStore;

	@Test
	void lockIsInTheStoreThatItNames() throws InterruptedException {
		this.ledger.archive(2025, () -> assertSizes(0, 1));
		this.orders.payAtMostAMinute(new Order("42", 100), () -> assertSizes(1, 0));
		assertSizes(0, 0);
	}

	private void assertSizes(int store, int archiveStore) {
		assertThat(this.store.size()).isEqualTo(store);
		assertThat(this.archiveStore.size()).isEqualTo(archiveStore);
	}

}
