package dev.distributedlock.test;

import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.context.ApplicationContext;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A slice has no locks of its own; with the annotation its beans are locked.
 */
@WebMvcTest(ShopController.class)
@ContextConfiguration(classes = ShopApplication.class)
@AutoConfigureTestLocks
class TestLocksInSlicesTests {

	@Autowired
	private MockMvcTester mvc;

	@Autowired
	private TestLocks locks;

	@Test
	void methodOfTheSliceIsLocked(@Autowired ApplicationContext context) {
		assertThat(this.mvc.post().uri("/orders/42")).hasStatusOk().bodyText().isEqualTo("paid");
		assertThat(this.locks).acquired("web", "42").once().released();
		assertThat(context.containsBean("lockRedissonClient")).isFalse();
	}

	@Test
	void busyOrderIsAnsweredByTheFallback() {
		this.locks.skipWaits();
		this.locks.holdElsewhere("web", "42");
		assertThat(this.mvc.post().uri("/orders/42")).bodyText().isEqualTo("busy");
		assertThat(this.locks).wasRefused("web", "42").neverAcquired("web", "42");
	}

}
