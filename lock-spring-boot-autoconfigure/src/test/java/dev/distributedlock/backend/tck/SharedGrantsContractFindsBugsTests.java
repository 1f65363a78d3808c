package dev.distributedlock.backend.tck;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import dev.distributedlock.LockHolder;
import dev.distributedlock.LockKey;
import dev.distributedlock.LockRequest;
import dev.distributedlock.backend.AcquireCommand;
import dev.distributedlock.backend.AcquireResult;
import dev.distributedlock.backend.AcquireResult.Acquired;
import dev.distributedlock.backend.HolderLookup;
import dev.distributedlock.backend.LockBackend;
import dev.distributedlock.backend.SharedGrants;
import dev.distributedlock.backend.WaitQueue;
import dev.distributedlock.backend.memory.InMemoryLockBackend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * The contract of shared grants passes a correct store and fails each of the planted
 * bugs.
 */
class SharedGrantsContractFindsBugsTests {

	@Test
	void correctStorePasses() {
		assertThat(tests()).hasSizeGreaterThan(12).allSatisfy((test) -> run(Bug.NONE, test));
	}

	@ParameterizedTest
	@EnumSource(mode = Mode.EXCLUDE, names = "NONE")
	void plantedBugIsFound(Bug bug) {
		List<Method> finders = tests().stream().filter((test) -> test.getName().equals(bug.foundBy)).toList();
		assertThat(finders).hasSize(1);
		assertThatThrownBy(() -> run(bug, finders.get(0))).isInstanceOf(Throwable.class);
	}

	private static List<Method> tests() {
		return Arrays.stream(SharedGrantsContract.class.getDeclaredMethods())
			.filter((method) -> method.isAnnotationPresent(Test.class))
			.toList();
	}

	private static void run(Bug bug, Method test) throws Throwable {
		try {
			test.invoke(new Stand(bug));
		}
		catch (InvocationTargetException ex) {
			throw ex.getTargetException();
		}
	}

	enum Bug {

		NONE(""),

		/** One that wants the lock alone gets it beside a reader. */
		WRITER_AMONG_READERS("readersHoldTogetherAndExcludeTheWriter"),

		/** Readers exclude each other. */
		READERS_ALONE("readersHoldTogetherAndExcludeTheWriter"),

		/** There is always one more permit. */
		ONE_PERMIT_TOO_MANY("noMoreHoldPermitsThanThereAre"),

		/** The limit of those who hold the lock does not count. */
		OWN_LIMIT_ONLY("smallestNumberOfThoseWhoHoldCounts"),

		/** All holders have the token of the first. */
		ONE_TOKEN_FOR_ALL("readersHoldTogetherAndExcludeTheWriter"),

		/** Who renews its lease renews those of all. */
		RENEWS_ALL("leaseOfOneHolderEndsByItself"),

		/** Who lets go lets go for all. */
		RELEASES_ALL("readersHoldTogetherAndExcludeTheWriter"),

		/** A denial tells of one holder only. */
		DENIAL_COUNTS_ONE("denialAndLookupTellHowManyHold"),

		/** Whoever can share the lock does not wait for those in front. */
		READERS_OVERTAKE("readersDoNotOvertakeAWriterThatWaits"),

		/** Only the first of the queue is told of its grant. */
		ONE_MESSAGE_FOR_ALL("allReadersInFrontAreGrantedAtOnce"),

		/** Who leaves the queue goes on standing in the way. */
		LEAVING_CHANGES_NOTHING("writerThatLeavesTheQueueLetsTheReadersIn");

		private final String foundBy;

		Bug(String foundBy) {
			this.foundBy = foundBy;
		}

	}

	/** The contract on a store in memory that a bug spoils on the way. */
	private static final class Stand implements SharedGrantsContract {

		private final InMemoryLockBackend memory = new InMemoryLockBackend();

		private final Spoilt spoilt;

		Stand(Bug bug) {
			this.spoilt = new Spoilt(this.memory, bug);
		}

		@Override
		public LockBackend backend() {
			return this.spoilt;
		}

		@Override
		public LockBackend otherInstance() {
			return this.spoilt;
		}

		@Override
		public Duration patience() {
			return Duration.ofSeconds(2);
		}

		@Override
		public long messagesSent() {
			throw new UnsupportedOperationException();
		}

		@Override
		public StoreView store() {
			return new StoreView() {

				@Override
				public Optional<Duration> remaining(LockKey key) {
					return await(Stand.this.memory.holder(key)).map(LockHolder::remaining);
				}

				@Override
				public Set<String> entries() {
					return IntStream.range(0, Stand.this.memory.size())
						.mapToObj(Integer::toString)
						.collect(Collectors.toSet());
				}

			};
		}

	}

	private record Spoilt(InMemoryLockBackend memory, Bug bug, Map<LockKey, Set<String>> owners,
			Map<LockKey, Acquired> first) implements LockBackend, SharedGrants, WaitQueue, HolderLookup {

		Spoilt(InMemoryLockBackend memory, Bug bug) {
			this(memory, bug, new ConcurrentHashMap<>(), new ConcurrentHashMap<>());
		}

		@Override
		public String name() {
			return "spoilt";
		}

		@Override
		public CompletionStage<AcquireResult> acquire(AcquireCommand command) {
			boolean overtakes = this.bug == Bug.READERS_OVERTAKE && command.maxHolders() == 1;
			AcquireCommand spoilt = new AcquireCommand(command.key(), command.owner(), command.instance(),
					command.lease(), command.waiting() && !overtakes, command.tokens(), command.revocable(),
					limit(command));
			this.owners.computeIfAbsent(command.key(), (key) -> ConcurrentHashMap.newKeySet()).add(command.owner());
			return this.memory.acquire(spoilt).thenApply((result) -> answer(command, result));
		}

		private int limit(AcquireCommand command) {
			int asked = command.maxHolders();
			return switch (this.bug) {
				case WRITER_AMONG_READERS -> (asked == 1) ? 2 : asked;
				case READERS_ALONE -> (asked == LockRequest.SHARED) ? 1 : asked;
				case ONE_PERMIT_TOO_MANY -> (asked == 3) ? 4 : asked;
				case OWN_LIMIT_ONLY -> (asked == 2) ? 3 : asked;
				default -> asked;
			};
		}

		private AcquireResult answer(AcquireCommand command, AcquireResult result) {
			if (this.bug == Bug.ONE_TOKEN_FOR_ALL && result instanceof Acquired acquired) {
				return this.first.computeIfAbsent(command.key(), (key) -> acquired);
			}
			if (this.bug == Bug.DENIAL_COUNTS_ONE && result instanceof AcquireResult.Denied denied
					&& denied.holder() != null) {
				LockHolder holder = denied.holder();
				return new AcquireResult.Denied(
						new LockHolder(holder.instance(), holder.token(), holder.heldFor(), holder.remaining()),
						denied.lastToken());
			}
			return result;
		}

		@Override
		public CompletionStage<Boolean> renew(LockKey key, String owner, Duration lease) {
			if (this.bug == Bug.RENEWS_ALL) {
				this.owners.get(key).forEach((other) -> this.memory.renew(key, other, lease));
			}
			return this.memory.renew(key, owner, lease);
		}

		@Override
		public CompletionStage<Boolean> release(LockKey key, String owner) {
			boolean holds = this.memory.renew(key, owner, Duration.ofMillis(1)).toCompletableFuture().join();
			if (this.bug == Bug.LEAVING_CHANGES_NOTHING && !holds) {
				return this.memory.renew(key, owner, Duration.ofMillis(1));
			}
			CompletionStage<Boolean> released = this.memory.release(key, owner);
			if (this.bug == Bug.RELEASES_ALL) {
				this.owners.get(key).forEach((other) -> this.memory.release(key, other));
			}
			return released;
		}

		@Override
		public CompletionStage<Optional<LockHolder>> holder(LockKey key) {
			return this.memory.holder(key);
		}

		@Override
		public CompletionStage<Exchange> exchange(String previous, AcquireCommand next) {
			return this.memory.exchange(previous, next);
		}

		@Override
		public Subscription subscribe(Listener listener) {
			AtomicReference<LockKey> told = new AtomicReference<>();
			return this.memory.subscribe(new Listener() {

				@Override
				public void granted(Grant grant) {
					LockKey before = told.getAndSet(grant.key());
					if (Spoilt.this.bug != Bug.ONE_MESSAGE_FOR_ALL || before == null) {
						listener.granted(grant);
					}
				}

				@Override
				public void resumed() {
					listener.resumed();
				}

			});
		}

	}

}
