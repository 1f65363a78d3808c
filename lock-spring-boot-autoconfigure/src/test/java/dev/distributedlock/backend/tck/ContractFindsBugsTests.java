package dev.distributedlock.backend.tck;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import dev.distributedlock.LockKey;
import dev.distributedlock.backend.LockBackend;
import dev.distributedlock.backend.tck.BuggyBackend.Bug;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * The contract passes a correct backend and fails each of the planted bugs.
 */
class ContractFindsBugsTests {

	@Test
	void correctBackendPasses() {
		assertThat(tests()).hasSizeGreaterThan(25).allSatisfy((test) -> run(Bug.NONE, test));
	}

	@ParameterizedTest
	@EnumSource(mode = Mode.EXCLUDE, names = "NONE")
	void plantedBugIsFound(Bug bug) {
		List<Method> finders = tests().stream().filter((test) -> test.getName().equals(bug.foundBy())).toList();
		assertThat(finders).hasSize(1).allSatisfy((test) -> run(Bug.NONE, test));
		assertThatThrownBy(() -> run(bug, finders.get(0))).isInstanceOf(Throwable.class);
	}

	@Test
	void capabilityWithoutItsContractIsFound() {
		LockBackendContract partial = new LockBackendContract() {

			private final BuggyBackend backend = new BuggyBackend(new BuggyBackend.Store(), Bug.NONE);

			@Override
			public LockBackend backend() {
				return this.backend;
			}

			@Override
			public LockBackend otherInstance() {
				return this.backend;
			}

			@Override
			public StoreView store() {
				throw new UnsupportedOperationException();
			}

		};
		assertThatThrownBy(partial::testsAllCapabilitiesThatTheBackendDeclaresAndNoOther)
			.isInstanceOf(AssertionError.class)
			.hasMessageContaining("is tested");
	}

	private static List<Method> tests() {
		List<Method> methods = new ArrayList<>(List.of(Subject.class.getMethods()));
		methods.addAll(List.of(LockBackendContract.class.getDeclaredMethods()));
		methods.removeIf(
				(method) -> !method.isAnnotationPresent(Test.class) && !method.isAnnotationPresent(ValueSource.class));
		return methods;
	}

	private static void run(Bug bug, Method test) throws Throwable {
		ValueSource values = test.getAnnotation(ValueSource.class);
		List<Object[]> calls = (values != null)
				? Arrays.stream(values.strings()).map((value) -> new Object[] { value }).toList()
				: List.<Object[]>of(new Object[0]);
		for (Object[] arguments : calls) {
			try {
				test.setAccessible(true);
				test.invoke(new Subject(bug), arguments);
			}
			catch (InvocationTargetException ex) {
				throw ex.getTargetException();
			}
		}
	}

	/** The contract on a backend with a bug. */
	static final class Subject extends LockBackendContract
			implements BatchRenewalsContract, WaitQueueContract, HolderLookupContract, BackendProbeContract {

		private final BuggyBackend.Store memory = new BuggyBackend.Store();

		private final Bug bug;

		private final BuggyBackend first;

		private final BuggyBackend second;

		Subject(Bug bug) {
			this.bug = bug;
			this.first = new BuggyBackend(this.memory, bug);
			this.second = new BuggyBackend(this.memory, bug);
		}

		@Override
		public LockBackend backend() {
			return this.first;
		}

		@Override
		public LockBackend otherInstance() {
			return this.second;
		}

		@Override
		public LockBackend unreachable() {
			BuggyBackend.Store lost = new BuggyBackend.Store();
			lost.lose();
			return new BuggyBackend(lost, this.bug);
		}

		@Override
		public Duration patience() {
			// there is no server to be slow, and with a bug it never happens
			return Duration.ofSeconds(2);
		}

		@Override
		public long messagesSent() {
			return this.memory.messages();
		}

		@Override
		public StoreView store() {
			return new StoreView() {

				@Override
				public Optional<Duration> remaining(LockKey key) {
					return Subject.this.memory.remaining(Subject.this.first.name(key));
				}

				@Override
				public Set<String> entries() {
					return Subject.this.memory.entries();
				}

			};
		}

	}

}
