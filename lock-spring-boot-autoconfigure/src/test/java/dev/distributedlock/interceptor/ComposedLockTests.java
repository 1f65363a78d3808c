package dev.distributedlock.interceptor;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.time.Duration;
import java.util.Optional;

import dev.distributedlock.LockKey;
import dev.distributedlock.LockOptions;
import dev.distributedlock.annotation.DistributedLock;
import dev.distributedlock.annotation.NoLock;
import dev.distributedlock.annotation.OnFailure;
import dev.distributedlock.annotation.ScheduledLock;
import dev.distributedlock.annotation.TryLock;
import dev.distributedlock.interceptor.RecordingLockRegistry.State;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.annotation.AliasFor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Annotations that are made of the annotation, and the one that takes it away.
 */
class ComposedLockTests {

	private static final LockOptions ONCE = new LockOptions(Duration.ZERO, null, null);

	private final ApplicationContextRunner runner = LockedBeans.context()
		.withPropertyValues("shop.name=orders", "shop.wait=7s");

	@Test
	void tryLockTriesOnceAndSkips() {
		LockedBeans.with(this.runner, Jobs.class, Jobs.class, (jobs, locks) -> {
			assertThat(jobs.tried("1")).contains("1");
			assertThat(locks.last().key()).isEqualTo(LockKey.of("imports", "1"));
			assertThat(locks.last().options()).isEqualTo(ONCE);
			assertThat(jobs.triedByValue("2")).isEqualTo(2);
			assertThat(locks.last().key()).isEqualTo(LockKey.of("2"));
			locks.state(State.BUSY);
			assertThat(jobs.tried("1")).isEmpty();
			assertThat(jobs.triedByValue("2")).isZero();
		});
	}

	@Test
	void scheduledLockTriesOnceAndSkips() {
		LockedBeans.with(this.runner, Jobs.class, Jobs.class, (jobs, locks) -> {
			jobs.scheduled();
			assertThat(locks.last().key()).isEqualTo(LockKey.of("report"));
			assertThat(locks.last().options()).isEqualTo(new LockOptions(Duration.ZERO, Duration.ofMinutes(10), null));
			locks.state(State.BUSY);
			jobs.scheduled();
			assertThat(jobs.runs()).isEqualTo(1);
		});
	}

	@Test
	void ownAnnotationMayHavePlaceholdersAndOverrideAttributes() {
		LockedBeans.with(this.runner, Jobs.class, Jobs.class, (jobs, locks) -> {
			jobs.ordered("1");
			assertThat(locks.last().key()).isEqualTo(LockKey.of("orders", "1"));
			assertThat(locks.last().options().waitTime()).isEqualTo(Duration.ofSeconds(7));
			jobs.orderedAtOnce("1");
			assertThat(locks.last().options().waitTime()).isZero();
			locks.state(State.BUSY);
			assertThat(jobs.orderedAtOnce("1")).isNull();
		});
	}

	@Test
	void ownAnnotationOfAComposedOneIsFoundToo() {
		LockedBeans.with(this.runner, Jobs.class, Jobs.class, (jobs, locks) -> {
			jobs.twiceComposed();
			assertThat(locks.last().key()).isEqualTo(LockKey.of("twice"));
			assertThat(locks.last().options()).isEqualTo(ONCE);
		});
	}

	@Test
	void differentAnnotationsOfOneMethodAreSeveralLocks() {
		LockedBeans.with(this.runner, Jobs.class, Jobs.class, (jobs, locks) -> {
			jobs.both("1");
			assertThat(locks.keys()).containsExactly(LockKey.of("a"), LockKey.of("orders", "1"));
		});
	}

	@Test
	void noLockTakesTheLockOfTheTypeAway() {
		LockedBeans.with(this.runner, Guarded.class, Guarded.class, (guarded, locks) -> {
			guarded.free();
			assertThat(locks.requests()).isEmpty();
			guarded.locked();
			assertThat(locks.last().key()).isEqualTo(LockKey.of("guarded"));
			guarded.own();
			assertThat(locks.last().key()).isEqualTo(LockKey.of("own"));
		});
	}

	@Test
	void nearerOfLockAndNoLockDecides() {
		LockedBeans.with(this.runner, Overriding.class, Contract.class, (overriding, locks) -> {
			overriding.freed();
			assertThat(locks.requests()).isEmpty();
			overriding.lockedAgain();
			assertThat(locks.last().key()).isEqualTo(LockKey.of("again"));
		});
	}

	@Test
	void repeatedAnnotationOfTheTypeIsSeveralLocks() {
		LockedBeans.with(this.runner, TwiceGuarded.class, TwiceGuarded.class, (guarded, locks) -> {
			guarded.run();
			assertThat(locks.keys()).containsExactly(LockKey.of("one"), LockKey.of("two"));
		});
	}

	@Retention(RetentionPolicy.RUNTIME)
	@DistributedLock(name = "${shop.name}", key = "#id", waitTime = "${shop.wait}")
	@interface OrderLock {

		@AliasFor(annotation = DistributedLock.class)
		String waitTime() default "${shop.wait}";

		@AliasFor(annotation = DistributedLock.class, attribute = "onFailure")
		OnFailure ifBusy() default OnFailure.DEFAULT;

	}

	@Retention(RetentionPolicy.RUNTIME)
	@TryLock(name = "twice")
	@interface Twice {

	}

	static class Jobs {

		private int runs;

		public int runs() {
			return this.runs;
		}

		@TryLock(name = "imports", key = "#id")
		public Optional<String> tried(String id) {
			return Optional.of(id);
		}

		@TryLock("#id")
		public int triedByValue(String id) {
			return Integer.parseInt(id);
		}

		@ScheduledLock(name = "report", leaseTime = "10m")
		public void scheduled() {
			this.runs++;
		}

		@OrderLock
		public String ordered(String id) {
			return id;
		}

		@OrderLock(waitTime = "0", ifBusy = OnFailure.SKIP)
		public String orderedAtOnce(String id) {
			return id;
		}

		@Twice
		public void twiceComposed() {
		}

		@OrderLock
		@DistributedLock(name = "a")
		public void both(String id) {
		}

	}

	@DistributedLock(name = "guarded")
	static class Guarded {

		public void locked() {
		}

		@NoLock
		public void free() {
		}

		@DistributedLock(name = "own")
		public void own() {
		}

	}

	@DistributedLock(name = "two")
	@DistributedLock(name = "one")
	static class TwiceGuarded {

		public void run() {
		}

	}

	interface Contract {

		@DistributedLock
		void freed();

		@NoLock
		void lockedAgain();

	}

	static class Overriding implements Contract {

		@Override
		@NoLock
		public void freed() {
		}

		@Override
		@DistributedLock(name = "again")
		public void lockedAgain() {
		}

	}

}
