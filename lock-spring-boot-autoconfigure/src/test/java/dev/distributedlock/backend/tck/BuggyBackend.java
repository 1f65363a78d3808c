package dev.distributedlock.backend.tck;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.distributedlock.LockBackendException;
import dev.distributedlock.LockHolder;
import dev.distributedlock.LockKey;
import dev.distributedlock.backend.AcquireCommand;
import dev.distributedlock.backend.AcquireResult;
import dev.distributedlock.backend.BackendProbe;
import dev.distributedlock.backend.BatchRenewals;
import dev.distributedlock.backend.HolderLookup;
import dev.distributedlock.backend.LockBackend;
import dev.distributedlock.backend.RenewCommand;
import dev.distributedlock.backend.WaitQueue;
import org.jspecify.annotations.Nullable;

/**
 * A backend that breaks the contract in one way, or in none. It is there to see the
 * contract fail.
 */
final class BuggyBackend implements LockBackend, BatchRenewals, WaitQueue, HolderLookup, BackendProbe {

	private static final Duration LEASE_FOR_ALL = Duration.ofSeconds(1);

	private final Store store;

	private final Bug bug;

	private final List<Listener> listeners = new CopyOnWriteArrayList<>();

	private @Nullable LockHolder lastHolder;

	BuggyBackend(Store store, Bug bug) {
		this.store = store;
		this.bug = bug;
	}

	@Override
	public String name() {
		return "buggy";
	}

	@Override
	public CompletionStage<AcquireResult> acquire(AcquireCommand command) {
		if (this.bug == Bug.CHECK_THEN_ACT && !this.store.entries().contains(name(command.key()))) {
			Thread.yield();
			synchronized (this.store) {
				this.store.locks.remove(name(command.key()));
			}
		}
		synchronized (this.store) {
			String name = name(command.key());
			Entry held = live(name);
			if (held != null && held.owner().equals(command.owner()) && this.bug != Bug.OWNER_DENIED_ON_REPEAT) {
				Entry again = (this.bug != Bug.NEW_TOKEN_ON_REPEAT) ? held.until(end(command.lease()))
						: grant(name, command);
				this.store.locks.put(name, again);
				return CompletableFuture.completedStage(acquired(again, command));
			}
			List<Place> queue = this.store.queues.computeIfAbsent(name, (key) -> new ArrayList<>());
			if (held == null && this.bug != Bug.QUEUE_OVERTAKEN && !queue.isEmpty() && !queue.get(0).isFor(command)) {
				enlist(queue, command);
				grantFirst(command.key());
				held = live(name);
			}
			if (held != null) {
				enlist(queue, command);
				tellOthersWant(command.key(), held);
				return CompletableFuture.completedStage(
						new AcquireResult.Denied((this.bug != Bug.HOLDER_UNKNOWN_ON_DENIAL) ? held.holder() : null));
			}
			queue.removeIf((place) -> place.isFor(command));
			Entry granted = grant(name, command);
			this.store.locks.put(name, granted);
			return CompletableFuture.completedStage(acquired(granted, command));
		}
	}

	@Override
	public CompletionStage<Boolean> renew(LockKey key, String owner, Duration lease) {
		synchronized (this.store) {
			if (this.store.gone) {
				return failed();
			}
			Entry held = live(name(key));
			if (held == null || (!held.owner().equals(owner) && this.bug != Bug.RENEW_WITHOUT_OWNER_CHECK)) {
				return CompletableFuture.completedStage(false);
			}
			if (this.bug == Bug.RENEW_SHRINKS || held.remaining().compareTo(lease) < 0) {
				this.store.locks.put(name(key), held.until(end(lease)));
			}
			return CompletableFuture.completedStage(true);
		}
	}

	@Override
	public List<CompletionStage<Boolean>> renewAll(List<RenewCommand> commands) {
		List<CompletionStage<Boolean>> answers = new ArrayList<>();
		for (RenewCommand command : commands) {
			answers.add((this.bug == Bug.BATCH_FORGETS_THE_REST && answers.size() >= 1000)
					? CompletableFuture.completedStage(true) : renew(command.key(), command.owner(),
							(this.bug == Bug.BATCH_WITH_ONE_LEASE_FOR_ALL) ? LEASE_FOR_ALL : command.lease()));
		}
		if (this.bug == Bug.BATCH_ANSWERS_OUT_OF_ORDER) {
			Collections.reverse(answers);
		}
		return answers;
	}

	@Override
	public CompletionStage<Boolean> release(LockKey key, String owner) {
		synchronized (this.store) {
			if (this.store.gone) {
				return failed();
			}
			Entry held = live(name(key));
			if (held == null || (!held.owner().equals(owner) && this.bug != Bug.RELEASE_WITHOUT_OWNER_CHECK)) {
				if (this.bug != Bug.WAITER_CANNOT_LEAVE) {
					this.store.queues.getOrDefault(name(key), new ArrayList<>())
						.removeIf((place) -> place.command().owner().equals(owner));
				}
				return CompletableFuture.completedStage(false);
			}
			this.lastHolder = held.holder();
			this.store.locks.remove(name(key));
			if (this.bug == Bug.RELEASE_LEAVES_AN_ENTRY) {
				this.store.litter.add(name(key));
			}
			if (this.bug == Bug.MESSAGES_FOR_NOTHING) {
				this.store.messages++;
			}
			grantFirst(key);
			return CompletableFuture.completedStage(true);
		}
	}

	@Override
	public CompletionStage<Exchange> exchange(String previous, AcquireCommand next) {
		synchronized (this.store) {
			if (this.bug == Bug.EXCHANGE_SKIPS_THE_QUEUE) {
				this.store.queues.remove(name(next.key()));
			}
			Entry held = live(name(next.key()));
			boolean released = held != null && held.owner().equals(previous);
			if (released && this.bug != Bug.EXCHANGE_KEEPS_THE_LOCK) {
				this.store.locks.remove(name(next.key()));
			}
			boolean claimed = released || this.bug == Bug.EXCHANGE_ALWAYS_SUCCEEDS;
			return acquire(next).thenApply((result) -> new Exchange(claimed, result));
		}
	}

	private void enlist(List<Place> queue, AcquireCommand command) {
		if (this.bug == Bug.PLACE_IS_LOST_ON_REPEAT) {
			queue.removeIf((place) -> place.isFor(command));
		}
		if (command.waiting() && queue.stream().noneMatch((place) -> place.isFor(command))) {
			queue.add(new Place(this, command));
		}
	}

	private void tellOthersWant(LockKey key, Entry held) {
		if (this.bug == Bug.ALWAYS_REVOKES
				|| (this.store.revocable.contains(held.owner()) && this.bug != Bug.NEVER_REVOKES)) {
			this.store.listeners.forEach((listener) -> listener.wanted(key));
		}
	}

	private void grantFirst(LockKey key) {
		List<Place> queue = this.store.queues.getOrDefault(name(key), new ArrayList<>());
		if (queue.isEmpty() || this.bug == Bug.NO_GRANTS) {
			return;
		}
		Place first = queue.remove((this.bug == Bug.LAST_COMES_FIRST) ? queue.size() - 1 : 0);
		Duration lease = (this.bug == Bug.GRANT_NEEDS_NO_CLAIM) ? first.command().lease() : Duration.ofSeconds(3);
		Entry granted = grant(name(key), first.command()).until(end(lease));
		this.store.locks.put(name(key), granted);
		this.store.messages++;
		Grant grant = new Grant(key, first.command().owner(), acquired(granted, first.command()), lease);
		first.instance().listeners.forEach((listener) -> listener.granted(grant));
	}

	@Override
	public Subscription subscribe(Listener listener) {
		this.listeners.add(listener);
		this.store.listeners.add(listener);
		if (this.bug != Bug.NEVER_RESUMES) {
			listener.resumed();
		}
		return () -> {
			if (this.bug != Bug.CLOSED_LISTENERS_ARE_TOLD) {
				this.listeners.remove(listener);
				this.store.listeners.remove(listener);
			}
		};
	}

	@Override
	public CompletionStage<Optional<LockHolder>> holder(LockKey key) {
		synchronized (this.store) {
			Entry held = live(name(key));
			LockHolder holder = (held != null) ? held.holder() : null;
			LockHolder last = this.lastHolder;
			if (holder == null && this.bug == Bug.HOLDER_OUTLIVES_THE_LOCK) {
				holder = new LockHolder("ghost", (last != null) ? last.token() : 1, Duration.ZERO, Duration.ZERO);
			}
			return CompletableFuture.completedStage(Optional.ofNullable(holder));
		}
	}

	@Override
	public CompletionStage<Map<String, Object>> probe() {
		return (this.store.gone && this.bug != Bug.PROBE_ALWAYS_SUCCEEDS) ? failed()
				: CompletableFuture.completedStage(Map.of());
	}

	/**
	 * Return the name of a lock in the store.
	 * @param key the lock
	 * @return the name
	 */
	String name(LockKey key) {
		if (this.bug == Bug.KEYS_FOLD_CASE) {
			return key.value().toLowerCase(Locale.ROOT).strip();
		}
		return (this.bug == Bug.KEYS_ARE_CUT) ? key.value().substring(0, Math.min(255, key.value().length()))
				: key.value();
	}

	private @Nullable Entry live(String name) {
		Entry entry = this.store.locks.get(name);
		if (entry == null || !entry.isExpired()) {
			return entry;
		}
		if (this.bug == Bug.NO_EXPIRY) {
			return entry;
		}
		this.store.locks.remove(name);
		if (this.bug == Bug.TOKEN_RESET_BY_EXPIRY) {
			this.store.tokens.remove(name);
		}
		return null;
	}

	private AcquireResult.Acquired acquired(Entry entry, AcquireCommand command) {
		int tokens = (this.bug != Bug.ONE_TOKEN_FOR_ALL) ? command.tokens() : 1;
		return new AcquireResult.Acquired(entry.token(), entry.token() + tokens - 1,
				!this.store.queues.getOrDefault(name(command.key()), List.of()).isEmpty());
	}

	private Entry grant(String name, AcquireCommand command) {
		long token;
		if (this.bug == Bug.TOKEN_REUSED) {
			token = 1;
		}
		else if (this.bug == Bug.TOKEN_RESET_BY_EXPIRY) {
			token = this.store.tokens.merge(name, 1L, Long::sum);
		}
		else {
			token = ++this.store.lastToken;
		}
		if (command.revocable() && (this.bug != Bug.QUEUED_GRANT_IS_NOT_REVOCABLE || !command.waiting())) {
			this.store.revocable.add(command.owner());
		}
		if (this.bug != Bug.TOKENS_NOT_RESERVED) {
			this.store.lastToken += command.tokens() - 1;
		}
		return new Entry(command.owner(), command.instance(), token, System.nanoTime(), end(command.lease()));
	}

	private static long end(Duration lease) {
		return System.nanoTime() + lease.toNanos();
	}

	private <T> CompletionStage<T> failed() {
		return CompletableFuture.failedStage((this.bug != Bug.FOREIGN_EXCEPTIONS)
				? new LockBackendException("The store is gone", null, true) : new IllegalStateException("gone"));
	}

	/** A way to break the contract. */
	enum Bug {

		NONE(""),

		/** Release frees the lock of whoever holds it. */
		RELEASE_WITHOUT_OWNER_CHECK("onlyTheOwnerReleases"),

		/** Renewal prolongs the lock of whoever holds it. */
		RENEW_WITHOUT_OWNER_CHECK("onlyTheOwnerRenews"),

		/** Renewal sets the lease, shorter or not. */
		RENEW_SHRINKS("renewalNeverShortensALease"),

		/** Locks never expire. */
		NO_EXPIRY("storeEndsALeaseThatIsNotRenewed"),

		/** Every grant has the same token. */
		TOKEN_REUSED("tokensRiseFromGrantToGrant"),

		/** Counters start again with every grant after an expiry. */
		TOKEN_RESET_BY_EXPIRY("storeEndsALeaseThatIsNotRenewed"),

		/** A grant comes with one token, whatever was asked for. */
		ONE_TOKEN_FOR_ALL("grantComesWithTheTokensThatWereAskedFor"),

		/** The tokens of a grant are given out again. */
		TOKENS_NOT_RESERVED("grantComesWithTheTokensThatWereAskedFor"),

		/** A second acquire of the owner is denied. */
		OWNER_DENIED_ON_REPEAT("repeatedAcquireOfTheOwnerReturnsTheSameGrantWithAFreshLease"),

		/** A second acquire of the owner makes a new token. */
		NEW_TOKEN_ON_REPEAT("repeatedAcquireOfTheOwnerReturnsTheSameGrantWithAFreshLease"),

		/** Between the look and the grant others may come in. */
		CHECK_THEN_ACT("exactlyOneOfManyConcurrentOwnersWins"),

		/** Keys are compared without case. */
		KEYS_FOLD_CASE("oddKeysAreLocksOfTheirOwn"),

		/** Keys are cut. */
		KEYS_ARE_CUT("longestKeysThatDifferInTheLastByteAreDifferentLocks"),

		/** Release forgets an entry. */
		RELEASE_LEAVES_AN_ENTRY("releaseLeavesNothingBehind"),

		/** A denied attempt does not tell the holder. */
		HOLDER_UNKNOWN_ON_DENIAL("deniedAttemptTellsTheHolder"),

		/** Lookup answers after the release as well. */
		HOLDER_OUTLIVES_THE_LOCK("freeLockHasNoHolder"),

		/** A message is sent for every release. */
		MESSAGES_FOR_NOTHING("nothingIsSentForALockThatNobodyWaitsFor"),

		/** Who waits is not granted the lock. */
		NO_GRANTS("releaseGrantsToTheWaiterAndTellsIt"),

		/** The queue is a stack. */
		LAST_COMES_FIRST("grantsComeInTheOrderOfTheFirstAttempts"),

		/** Who asks again stands at the end. */
		PLACE_IS_LOST_ON_REPEAT("grantsComeInTheOrderOfTheFirstAttempts"),

		/** Who asks at the right moment need not wait. */
		QUEUE_OVERTAKEN("nobodyOvertakesTheQueueWhenALeaseHasEnded"),

		/** A grantee that has died holds up all others for its lease. */
		GRANT_NEEDS_NO_CLAIM("grantIsShortUntilItIsClaimed"),

		/** Who holds a revocable grant is not told that others want it. */
		NEVER_REVOKES("holderOfARevocableGrantIsToldThatOthersWantIt"),

		/** Who holds any grant is told that others want it. */
		ALWAYS_REVOKES("holderOfARevocableGrantIsToldThatOthersWantIt"),

		/** Who got its revocable grant by waiting is not told that others want it. */
		QUEUED_GRANT_IS_NOT_REVOCABLE("grantFromTheQueueIsRevocableToo"),

		/** Who gives up is granted the lock all the same. */
		WAITER_CANNOT_LEAVE("waiterThatReleasesLeavesTheQueue"),

		/** An exchange passes the others by. */
		EXCHANGE_SKIPS_THE_QUEUE("exchangeLetsWaitersGoFirst"),

		/** An exchange does not release. */
		EXCHANGE_KEEPS_THE_LOCK("exchangeWithoutWaitersGrantsAtOnce"),

		/** An exchange does not tell that the lock was lost. */
		EXCHANGE_ALWAYS_SUCCEEDS("exchangeOfALockThatIsNotHeldSaysSo"),

		/** A subscription never says that it is active. */
		NEVER_RESUMES("subscriptionTellsWhenItIsActive"),

		/** Closed listeners are still told. */
		CLOSED_LISTENERS_ARE_TOLD("closedSubscriptionIsToldNothing"),

		/** The probe sees what it wants to see. */
		PROBE_ALWAYS_SUCCEEDS("probeFailsWhenTheStoreIsGone"),

		/** A batch renews its first thousand locks. */
		BATCH_FORGETS_THE_REST("everyLockOfALargeBatchIsRenewed"),

		/** A batch ignores what lease is asked for. */
		BATCH_WITH_ONE_LEASE_FOR_ALL("everyLockOfALargeBatchIsRenewed"),

		/** The answers of a batch are not in the order of its commands. */
		BATCH_ANSWERS_OUT_OF_ORDER("eachRenewalOfABatchHasItsOwnAnswer"),

		/** A failing store throws what it likes. */
		FOREIGN_EXCEPTIONS("commandsFailWithoutBlockingTheCallerWhenTheStoreIsGone");

		private final String foundBy;

		Bug(String foundBy) {
			this.foundBy = foundBy;
		}

		/**
		 * Return which test finds the bug.
		 * @return the name of its method
		 */
		String foundBy() {
			return this.foundBy;
		}

	}

	/** The store of all instances of a test. */
	static final class Store {

		private final Map<String, Entry> locks = new TreeMap<>();

		private final Set<String> litter = new HashSet<>();

		private final Set<String> revocable = new HashSet<>();

		private final List<Listener> listeners = new CopyOnWriteArrayList<>();

		private final Map<String, Long> tokens = new TreeMap<>();

		private long lastToken;

		private final Map<String, List<Place>> queues = new TreeMap<>();

		private long messages;

		private boolean gone;

		synchronized Set<String> entries() {
			this.locks.values().removeIf(Entry::isExpired);
			Set<String> names = new HashSet<>(this.locks.keySet());
			names.addAll(this.litter);
			return names;
		}

		synchronized Optional<Duration> remaining(String name) {
			Entry entry = this.locks.get(name);
			return (entry == null || entry.isExpired()) ? Optional.empty() : Optional.of(entry.remaining());
		}

		synchronized long messages() {
			return this.messages;
		}

		void lose() {
			this.gone = true;
		}

	}

	private record Place(BuggyBackend instance, AcquireCommand command) {

		boolean isFor(AcquireCommand other) {
			return this.command.owner().equals(other.owner());
		}

	}

	private record Entry(String owner, String instance, long token, long since, long end) {

		boolean isExpired() {
			return this.end - System.nanoTime() <= 0;
		}

		Duration remaining() {
			return Duration.ofNanos(this.end - System.nanoTime());
		}

		LockHolder holder() {
			return new LockHolder(this.instance, this.token, Duration.ofNanos(System.nanoTime() - this.since),
					remaining());
		}

		Entry until(long end) {
			return new Entry(this.owner, this.instance, this.token, this.since, end);
		}

	}

}
