package dev.distributedlock.core;

import java.lang.reflect.Method;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

import dev.distributedlock.LockKey;
import dev.distributedlock.core.WaitingLines.Answer;
import org.jetbrains.kotlinx.lincheck.Actor;
import org.jetbrains.kotlinx.lincheck.execution.ExecutionScenario;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Whatever two threads do to a line at the same time looks as if they had done it one
 * after the other. Lincheck switches threads at each access to shared memory. Their
 * number is left out: it is an estimate, as that of every concurrent map.
 */
@Tag("interleavings")
class WaitingLinesInterleavingTests {

	private static final int NOBODY = -1;

	@Test
	void linesAreAtomic() throws Exception {
		ModelCheckingOptions options = options(3);
		addHandOverToOneThatLeaves(options);
		options.check(Lines.class);
	}

	@Test
	void successorThatIsMadeFirstInAStepOfItsOwnIsFound() throws Exception {
		ModelCheckingOptions options = options(0);
		addHandOverToOneThatLeaves(options);
		assertThatExceptionOfType(LincheckAssertionError.class).isThrownBy(() -> options.check(RacyHandOn.class));
	}

	@Test
	void lineWhoseRemovalRacesWithAJoinIsFound() {
		assertThatExceptionOfType(LincheckAssertionError.class).isThrownBy(() -> options(8).check(RacyLines.class));
	}

	private static ModelCheckingOptions options(int iterations) {
		return new ModelCheckingOptions().sequentialSpecification(Queue.class)
			.threads(2)
			.actorsPerThread(2)
			.actorsBefore(2)
			.actorsAfter(1)
			.iterations(iterations)
			.invocationsPerIteration(150)
			.minimizeFailedScenario(false);
	}

	private static void addHandOverToOneThatLeaves(ModelCheckingOptions options) throws NoSuchMethodException {
		List<Actor> before = List.of(actor("join", 1), actor("join", 2), actor("join", 3));
		List<Actor> after = List.of(new Actor(Lines.class.getMethod("first"), List.of()));
		Method handOn = Lines.class.getMethod("handOn", int.class, int.class);
		List<Actor> handingOn = List.of(new Actor(handOn, List.of(1, NOBODY)));
		options.addCustomScenario(new ExecutionScenario(before, List.of(handingOn, List.of(actor("leave", 2))), after,
				/* validationFunction= */ null));
	}

	private static Actor actor(String operation, int member) throws NoSuchMethodException {
		return new Actor(Lines.class.getMethod(operation, int.class), List.of(member));
	}

	/** The structure under test. Members are compared by identity. */
	@Param(name = "member", gen = IntGen.class, conf = "1:3")
	public static class Lines {

		final LockKey lock = LockKey.of("key");

		final WaitingLines<LockKey, Integer> lines = new WaitingLines<>();

		@Operation(params = "member")
		public boolean join(int member) {
			return this.lines.join(this.lock, member);
		}

		@Operation(params = "member")
		public @Nullable Integer leave(int member) {
			return this.lines.leave(this.lock, member);
		}

		@Operation
		public @Nullable Integer first() {
			return this.lines.first(this.lock);
		}

		@Operation(params = { "member", "member" })
		public @Nullable Integer handOn(int member, int gone) {
			return this.lines.handOn(this.lock, member, (next) -> answer(next, gone));
		}

		static Answer answer(int member, int gone) {
			return (member == gone) ? Answer.GONE : Answer.TAKES;
		}

	}

	/** What it is to look like: a queue without any concurrency. */
	public static class Queue {

		private final LinkedHashSet<Integer> queue = new LinkedHashSet<>();

		public boolean join(int member) {
			this.queue.add(member);
			return this.queue.iterator().next() == member;
		}

		public @Nullable Integer leave(int member) {
			boolean wasFirst = isFirst(member);
			this.queue.remove(member);
			return wasFirst ? first() : null;
		}

		public @Nullable Integer handOn(int member, int gone) {
			if (!isFirst(member)) {
				return null;
			}
			if (second() == gone) {
				this.queue.remove(gone);
			}
			int next = second();
			if (next != NOBODY) {
				this.queue.remove(member);
			}
			return (next != NOBODY) ? next : null;
		}

		public @Nullable Integer first() {
			return this.queue.isEmpty() ? null : this.queue.iterator().next();
		}

		private boolean isFirst(int member) {
			return !this.queue.isEmpty() && this.queue.iterator().next() == member;
		}

		private int second() {
			return this.queue.stream().skip(1).findFirst().orElse(NOBODY);
		}

	}

	/** The planted bug: the next is chosen in one step and made first in another. */
	@Param(name = "member", gen = IntGen.class, conf = "1:3")
	public static class RacyHandOn extends Lines {

		@Operation(params = { "member", "member" })
		@Override
		public @Nullable Integer handOn(int member, int gone) {
			AtomicReference<@Nullable Integer> chosen = new AtomicReference<>();
			this.lines.handOn(this.lock, member, (next) -> {
				Answer answer = answer(next, gone);
				chosen.set((answer == Answer.TAKES) ? next : null);
				return (answer == Answer.TAKES) ? Answer.DECLINES : answer;
			});
			if (chosen.get() != null) {
				this.lines.leave(this.lock, member);
			}
			return chosen.get();
		}

	}

	/** The planted bug: an empty line is removed in a step of its own. */
	@Param(name = "member", gen = IntGen.class, conf = "1:3")
	public static class RacyLines {

		private final ConcurrentHashMap<Integer, Set<Integer>> lines = new ConcurrentHashMap<>();

		@Operation(params = "member")
		public boolean join(int member) {
			Set<Integer> line = this.lines.computeIfAbsent(1, (k) -> new LinkedHashSet<>());
			synchronized (line) {
				line.add(member);
				return line.iterator().next() == member;
			}
		}

		@Operation(params = "member")
		public @Nullable Integer leave(int member) {
			Set<Integer> line = this.lines.get(1);
			if (line == null) {
				return null;
			}
			Integer next = null;
			boolean empty;
			synchronized (line) {
				boolean wasFirst = !line.isEmpty() && line.iterator().next() == member;
				line.remove(member);
				empty = line.isEmpty();
				if (wasFirst && !empty) {
					next = line.iterator().next();
				}
			}
			if (empty) {
				this.lines.remove(1);
			}
			return next;
		}

		@Operation
		public @Nullable Integer first() {
			Set<Integer> line = this.lines.get(1);
			if (line == null) {
				return null;
			}
			synchronized (line) {
				return line.isEmpty() ? null : line.iterator().next();
			}
		}

	}

}
