package dev.distributedlock.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * When subjects are looked at, and how many timers it takes.
 */
class AgendaTests {

	private final ManualTime time = new ManualTime();

	private final List<List<String>> looks = new ArrayList<>();

	private final Agenda<String> agenda = new Agenda<>(this.time, this.time, this.looks::add);

	@Test
	void eachSubjectIsLookedAtInTime() {
		put("b", 20, 0);
		put("a", 10, 0);
		this.time.advance(Duration.ofMillis(9_999));
		assertThat(this.looks).isEmpty();
		this.time.advance(Duration.ofMillis(1));
		assertThat(this.looks).containsExactly(List.of("a"));
		this.time.advance(Duration.ofSeconds(10));
		assertThat(this.looks).containsExactly(List.of("a"), List.of("b"));
	}

	@Test
	void earlierTimeTakesThePlaceOfALaterOne() {
		put("a", 3, 0);
		put("b", 1, 0);
		put("a", 2, 0);
		this.time.advance(Duration.ofSeconds(1));
		assertThat(this.looks).containsExactly(List.of("b"));
		this.time.advance(Duration.ofSeconds(10));
		assertThat(this.looks).containsExactly(List.of("b"), List.of("a"));
	}

	@Test
	void whatMayBeDoneEarlierGoesAlongAndTheRestDoesNot() {
		put("due", 10, 0);
		put("near", 11, 1);
		put("exact", 11, 0);
		put("far", 12, 1);
		this.time.advance(Duration.ofSeconds(10));
		assertThat(this.looks).containsExactly(List.of("due", "near"));
	}

	@Test
	void nothingIsDoneEarlierOnItsOwn() {
		put("a", 10, 1);
		this.time.advance(Duration.ofMillis(9_999));
		assertThat(this.looks).isEmpty();
	}

	@Test
	void subjectThatWasTakenOffIsNotLookedAt() {
		put("a", 1, 0);
		put("b", 1, 0);
		this.agenda.remove("a");
		this.agenda.put("b", 1, 0, () -> false);
		this.time.advance(Duration.ofSeconds(10));
		assertThat(this.looks).isEmpty();
		assertThat(this.agenda.size()).isZero();
	}

	@Test
	void manySubjectsTakeOneTimerThatSoonEnds() {
		for (int i = 0; i < 1000; i++) {
			put("s" + i, 10 + i, 0);
		}
		assertThat(this.time.plannedTasks()).isEqualTo(1);
		for (int i = 0; i < 1000; i++) {
			this.agenda.remove("s" + i);
		}
		this.time.advance(Duration.ofSeconds(4));
		assertThat(this.time.plannedTasks()).isZero();
		put("a", 5, 0);
		this.time.advance(Duration.ofSeconds(5));
		assertThat(this.looks).containsExactly(List.of("a"));
	}

	@Test
	void stalledTimerLooksOnceAtEach() {
		for (int i = 0; i < 5; i++) {
			put("s" + i, 1 + i, 0);
		}
		this.time.stall(Duration.ofMinutes(5));
		assertThat(this.looks).containsExactly(List.of("s0", "s1", "s2", "s3", "s4"));
	}

	@Test
	void timerThatCouldNotBeSetIsSetForTheNext() {
		TimerTasks timer = new TimerTasks();
		Agenda<String> frail = new Agenda<>(this.time, timer, this.looks::add);
		timer.fails = true;
		assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(() -> frail.put("a", 0, 0, () -> true));
		timer.fails = false;
		frail.put("b", 0, 0, () -> true);
		assertThat(timer.runNext()).as("a timer was set").isTrue();
		assertThat(this.looks).containsExactly(List.of("a", "b"));
	}

	private void put(String subject, int seconds, int secondsAhead) {
		this.agenda.put(subject, Duration.ofSeconds(seconds).toNanos(), Duration.ofSeconds(secondsAhead).toNanos(),
				() -> true);
	}

	/** A timer whose tasks run when a test says so, at once. */
	private static final class TimerTasks implements Scheduler {

		private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

		private boolean fails;

		@Override
		public Task after(long delayNanos, Runnable task) {
			if (this.fails) {
				throw new OutOfMemoryError("no thread (planned by test)");
			}
			this.tasks.add(task);
			return Task.NONE;
		}

		private boolean runNext() {
			Runnable next = this.tasks.poll();
			if (next != null) {
				next.run();
			}
			return next != null;
		}

		@Override
		public void close() {
			this.tasks.clear();
		}

	}

}
