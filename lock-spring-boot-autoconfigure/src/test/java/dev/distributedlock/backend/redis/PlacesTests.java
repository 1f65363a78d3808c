package dev.distributedlock.backend.redis;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of what is known of places in queues.
 */
class PlacesTests {

	private final AtomicLong now = new AtomicLong(42);

	private final Places places = new Places(this.now::get);

	@Test
	void placeOfOneThatWasSeenIsKnownForTenSecondsAtLeast() {
		for (int i = 0; i < 20; i++) {
			this.places.seen("owner-" + i, "place-" + i);
			this.now.addAndGet(Duration.ofSeconds(1).toNanos());
			for (int j = Math.max(0, i - 9); j <= i; j++) {
				assertThat(this.places.of("owner-" + j)).isEqualTo("place-" + j);
			}
		}
	}

	@Test
	void placeOfOneThatDoesNotAskAnyMoreIsForgottenWhenOthersAsk() {
		this.places.seen("silent", "place");
		for (int i = 0; i < 3; i++) {
			this.now.addAndGet(Duration.ofSeconds(11).toNanos());
			this.places.seen("other-" + i, "other");
		}
		assertThat(this.places.of("silent")).isEmpty();
		assertThat(this.places.of("other-1")).isEqualTo("other");
	}

	@Test
	void strangerHasNoPlace() {
		assertThat(this.places.of("stranger")).isEmpty();
	}

}
