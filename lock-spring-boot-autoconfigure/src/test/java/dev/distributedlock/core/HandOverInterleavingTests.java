package dev.distributedlock.core;

import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

import dev.distributedlock.LockKey;
import dev.distributedlock.core.AcquisitionState.Next;
import dev.distributedlock.core.WaitingLines.Answer;
import org.jetbrains.kotlinx.lincheck.Actor;
import org.jetbrains.kotlinx.lincheck.execution.ExecutionScenario;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jetbrains.lincheck.datastructures.verifier.EpsilonVerifier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The gate of a lock within one JVM, made of its line and the states of those who stand
 * in it: whatever three threads do at the same time, a grant of the store is in one hand,
 * and never stranded. Takes minutes; to be run with {@code -Djacoco.skip}, as each probe
 * of JaCoCo would be one more place to switch threads at.
 */
@Tag("interleavings")
class HandOverInterleavingTests {

	@Test
	void grantIsNeverStrandedAndNeverInTwoHands() {
		options().check(Gate.class);
	}

	@ParameterizedTest
	@ValueSource(classes = { TellsAfterTheChoice.class, ChoosesWhoGaveUp.class, ForgetsWhoJoinedMeanwhile.class,
			LeavesBeforeTheRelease.class, JoinsAfterItGaveUp.class })
	void plantedBugIsFound(Class<? extends Gate> gate) {
		assertThatExceptionOfType(LincheckAssertionError.class).isThrownBy(() -> options().check(gate));
	}

	private static ModelCheckingOptions options() {
		ModelCheckingOptions options = new ModelCheckingOptions().verifier(EpsilonVerifier.class)
			.addGuarantee(ManagedStrategyGuaranteeKt.forClasses(ConcurrentHashMap.class.getName())
				.methods("compute", "computeIfPresent")
				.treatAsAtomic())
			.addGuarantee(ManagedStrategyGuaranteeKt.forClasses(AcquisitionState.class.getName())
				.allMethods()
				.treatAsAtomic())
			.iterations(0)
			.invocationsPerIteration(150)
			.minimizeFailedScenario(false);
		List<Actor> two = List.of(actor("join", 0), actor("join", 1));
		List<Actor> line = List.of(actor("join", 0), actor("join", 1), actor("join", 2));
		List<Actor> none = List.of();
		add(options, none,
				List.of(List.of(actor("join", 0), actor("close", 0)), List.of(actor("join", 1), actor("close", 1))));
		add(options, none, List.of(List.of(actor("join", 0)), List.of(actor("giveUp", 0), actor("join", 1))));
		add(options, two, List.of(List.of(actor("close", 0)), List.of(actor("giveUp", 1))));
		add(options, two, List.of(List.of(actor("close", 0)), List.of(actor("giveUp", 1), actor("join", 2))));
		add(options, line,
				List.of(List.of(actor("close", 0)), List.of(actor("giveUp", 1)), List.of(actor("giveUp", 2))));
		return options;
	}

	private static void add(ModelCheckingOptions options, List<Actor> before, List<List<Actor>> threads) {
		try {
			Actor check = new Actor(Gate.class.getMethod("grantIsInOneHand"), List.of());
			options.addCustomScenario(new ExecutionScenario(before, threads, List.of(), check));
		}
		catch (NoSuchMethodException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static Actor actor(String operation, int member) {
		try {
			return new Actor(Gate.class.getMethod(operation, int.class), List.of(member));
		}
		catch (NoSuchMethodException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** The gate, as the engine puts it together, with a store that answers at once. */
	@Param(name = "member", gen = IntGen.class, conf = "0:3")
	public static class Gate {

		static final LockKey KEY = LockKey.of("key");

		final WaitingLines<LockKey, Member> lines = new WaitingLines<>();

		// whose grant the store keeps
		final AtomicReference<@Nullable Member> store = new AtomicReference<>();

		private final AtomicInteger hands = new AtomicInteger();

		private volatile boolean shared;

		private final List<Member> members = IntStream.range(0, 4).mapToObj(Member::new).toList();

		@Operation(params = "member")
		public boolean join(int member) {
			Member joining = this.members.get(member);
			if (!joining.joined.compareAndSet(false, true)) {
				return false;
			}
			boolean first = this.lines.join(KEY, joining);
			start(joining, first);
			return true;
		}

		void start(Member joining, boolean first) {
			if (joining.state.isGivenUp()) {
				leave(joining);
			}
			else if (first) {
				attempt(joining);
			}
		}

		@Operation(params = "member")
		public boolean giveUp(int member) {
			Member leaving = this.members.get(member);
			if (!leaving.joined.get() || !leaving.state.giveUp()) {
				return false;
			}
			leave(leaving);
			return true;
		}

		@Operation(params = "member")
		public boolean close(int member) {
			Member holder = this.members.get(member);
			Member origin = holder.grant.getAndSet(null);
			if (origin == null) {
				return false;
			}
			this.hands.decrementAndGet();
			Member next = handOn(holder);
			if (next != null) {
				hold(next, origin);
			}
			else {
				release(origin, holder);
			}
			return true;
		}

		@Nullable Member handOn(Member holder) {
			return this.lines.handOn(KEY, holder, Gate::takesOver);
		}

		static Answer takesOver(Member next) {
			return next.state.takeOver() ? Answer.TAKES : Answer.GONE;
		}

		void release(Member origin, Member holder) {
			this.store.compareAndSet(origin, null);
			leave(holder);
		}

		void leave(Member member) {
			Member next = this.lines.leave(KEY, member);
			if (next != null) {
				attempt(next);
			}
		}

		void attempt(Member member) {
			boolean again = member.state.beginAttempt();
			while (again) {
				Next next = this.store.compareAndSet(null, member) ? member.state.granted(true)
						: member.state.denied(null, 0, false);
				if (next == Next.USE) {
					hold(member, member);
				}
				else if (next == Next.GIVE_BACK) {
					this.store.compareAndSet(member, null);
					Member first = this.lines.first(KEY);
					if (first != null) {
						attempt(first);
					}
				}
				again = next == Next.ATTEMPT && member.state.beginAttempt();
			}
		}

		private void hold(Member member, Member origin) {
			if (this.hands.incrementAndGet() > 1) {
				this.shared = true;
			}
			member.grant.set(origin);
		}

		@Validate
		public void grantIsInOneHand() {
			List<Member> holders = this.members.stream().filter((member) -> member.grant.get() != null).toList();
			Member first = this.lines.first(KEY);
			if (this.shared || holders.size() > 1) {
				throw new IllegalStateException("In two hands, now " + holders);
			}
			if (first != null && (holders.isEmpty() || holders.get(0) != first)) {
				throw new IllegalStateException("Stranded: first is " + first + ", holders are " + holders);
			}
			if (this.store.get() != ((first != null) ? first.grant.get() : null)) {
				throw new IllegalStateException("The store keeps it for " + this.store + ", first is " + first);
			}
		}

	}

	/** One who wants the lock. */
	static final class Member {

		private final int number;

		private final AcquisitionState state = new AcquisitionState();

		private final AtomicReference<Boolean> joined = new AtomicReference<>(false);

		// whose grant it holds
		private final AtomicReference<@Nullable Member> grant = new AtomicReference<>();

		Member(int number) {
			this.number = number;
		}

		@Override
		public String toString() {
			return "member " + this.number;
		}

	}

	/** The planted bug: who comes next is chosen in one step, and told in another. */
	public static class TellsAfterTheChoice extends Gate {

		@Override
		@Nullable Member handOn(Member holder) {
			Member next = this.lines.handOn(KEY, holder,
					(waiter) -> waiter.state.isGivenUp() ? Answer.GONE : Answer.TAKES);
			if (next != null) {
				next.state.takeOver();
			}
			return next;
		}

	}

	/** The planted bug: nobody asks whether the next still wants it. */
	public static class ChoosesWhoGaveUp extends Gate {

		@Override
		@Nullable Member handOn(Member holder) {
			return this.lines.handOn(KEY, holder, (next) -> {
				next.state.takeOver();
				return Answer.TAKES;
			});
		}

	}

	/** The planted bug: that nobody waits is decided outside of the line. */
	public static class ForgetsWhoJoinedMeanwhile extends Gate {

		@Override
		void release(Member origin, Member holder) {
			this.store.compareAndSet(origin, null);
			this.lines.leave(KEY, holder);
		}

	}

	/** The planted bug: the next asks the store while the lock is still there. */
	public static class LeavesBeforeTheRelease extends Gate {

		@Override
		void release(Member origin, Member holder) {
			leave(holder);
			this.store.compareAndSet(origin, null);
		}

	}

	/** The planted bug: who gave up before it joined stays in the line. */
	public static class JoinsAfterItGaveUp extends Gate {

		@Override
		void start(Member joining, boolean first) {
			if (first) {
				attempt(joining);
			}
		}

	}

}
