package dev.distributedlock.test;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class TestTimeTests {

	private final TestTime time = new TestTime();

	private final List<String> ran = new CopyOnWriteArrayList<>();

	@AfterEach
	void close() {
		this.time.close();
	}

	@Test
	void tasksRunInOrderAtTheirTimeWhenTheClockIsPutForward() {
		long start = this.time.nanos();
		this.time.after(TimeUnit.HOURS.toNanos(2), () -> this.ran.add("second at " + hoursSince(start)));
		this.time.after(TimeUnit.HOURS.toNanos(1), () -> {
			this.ran.add("first at " + hoursSince(start));
			this.time.after(TimeUnit.HOURS.toNanos(2), () -> this.ran.add("third at " + hoursSince(start)));
		});
		this.time.advance(Duration.ofHours(2).plusMinutes(1));
		assertThat(this.ran).containsExactly("first at 1", "second at 2");
		this.time.advance(Duration.ofHours(1));
		assertThat(this.ran).endsWith("third at 3");
	}

	@Test
	void cancelledTaskDoesNotRun() {
		Runnable cancellation = this.time.after(TimeUnit.HOURS.toNanos(1), () -> this.ran.add("cancelled"));
		cancellation.run();
		this.time.advance(Duration.ofHours(2));
		assertThat(this.ran).isEmpty();
	}

	@Test
	void timePassesByItself() {
		this.time.after(TimeUnit.MILLISECONDS.toNanos(10), () -> this.ran.add("later"));
		Awaitility.await("the timer").untilAsserted(() -> assertThat(this.ran).containsExactly("later"));
	}

	@Test
	void taskThatFailsDoesNotKeepOthersFromRunning() {
		this.time.after(TimeUnit.HOURS.toNanos(1), () -> {
			throw new IllegalStateException("planned");
		});
		this.time.after(TimeUnit.HOURS.toNanos(2), () -> this.ran.add("second"));
		this.time.advance(Duration.ofHours(3));
		assertThat(this.ran).containsExactly("second");
	}

	@Test
	void whatStallsIsLateAndWhatIsElsewhereIsNot() {
		long start = this.time.nanos();
		this.time.after(TimeUnit.HOURS.toNanos(1), () -> this.ran.add("here at " + hoursSince(start)));
		this.time.elsewhereAfter(Duration.ofHours(2), () -> this.ran.add("elsewhere at " + hoursSince(start)));
		this.time.stall(Duration.ofHours(3).plusMinutes(1));
		assertThat(this.ran).containsExactly("elsewhere at 2", "here at 3");
	}

	@Test
	void waitEndsWithTheResultOrWithTheTimeOfThisClock() throws InterruptedException {
		CompletableFuture<String> result = new CompletableFuture<>();
		CompletableFuture<Boolean> waiting = CompletableFuture.supplyAsync(() -> await(result, Duration.ofHours(1)));
		Awaitility.await("the wait to begin").untilAsserted(() -> {
			this.time.advance(Duration.ofHours(1));
			assertThat(waiting).isCompletedWithValue(false);
		});
		this.time.after(TimeUnit.MILLISECONDS.toNanos(10), () -> result.complete("done"));
		assertThat(this.time.await(result, TimeUnit.HOURS.toNanos(1))).isTrue();
	}

	@Test
	void skippedWaitPutsTheClockForwardNoFurtherThanNeeded() throws InterruptedException {
		long start = this.time.nanos();
		CompletableFuture<String> result = new CompletableFuture<>();
		this.time.after(TimeUnit.HOURS.toNanos(1), () -> result.complete("done"));
		this.time.skipWaits(true);
		assertThat(this.time.await(result, TimeUnit.HOURS.toNanos(5))).isTrue();
		assertThat(hoursSince(start)).isEqualTo(1);
		assertThat(this.time.await(new CompletableFuture<>(), TimeUnit.HOURS.toNanos(5))).isFalse();
		assertThat(hoursSince(start)).isEqualTo(6);
	}

	private boolean await(CompletableFuture<?> result, Duration duration) {
		try {
			return this.time.await(result, duration.toNanos());
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private long hoursSince(long start) {
		return TimeUnit.NANOSECONDS.toHours(this.time.nanos() - start);
	}

}
