package dev.distributedlock.backend.tck;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import dev.distributedlock.LockHolder;
import dev.distributedlock.LockKey;
import dev.distributedlock.LockRequest;
import dev.distributedlock.backend.AcquireCommand;
import dev.distributedlock.backend.AcquireResult;
import dev.distributedlock.backend.AcquireResult.Acquired;
import dev.distributedlock.backend.AcquireResult.Denied;
import dev.distributedlock.backend.HolderLookup;
import dev.distributedlock.backend.LockBackend;
import dev.distributedlock.backend.WaitQueue;
import dev.distributedlock.backend.WaitQueue.Exchange;
import dev.distributedlock.backend.WaitQueue.Subscription;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a store does that grants a lock to several owners at a time: readers and one that
 * writes, holders of permits, and their places in its queue.
 */
public interface SharedGrantsContract extends WaitQueueContract {

	/** One that wants the lock alone. */
	int ALONE = 1;

	@Test
	default void readersHoldTogetherAndExcludeTheWriter() {
		LockKey key = newKey();
		AcquireCommand one = tries(key, LockRequest.SHARED);
		AcquireCommand two = tries(key, LockRequest.SHARED);
		AcquireCommand writer = tries(key, ALONE);
		long first = granted(backend(), one).token();
		assertThat(granted(otherInstance(), two).token()).isGreaterThan(first);
		denied(backend(), writer);
		assertThat(await(backend().release(key, one.owner()))).isTrue();
		denied(otherInstance(), writer);
		assertThat(await(otherInstance().release(key, two.owner()))).isTrue();
		assertThat(store().entries()).isEmpty();
		granted(backend(), writer);
		denied(otherInstance(), tries(key, LockRequest.SHARED));
		assertThat(await(backend().release(key, writer.owner()))).isTrue();
		assertThat(store().entries()).isEmpty();
	}

	@Test
	default void noMoreHoldPermitsThanThereAre() {
		LockKey key = newKey();
		List<AcquireCommand> holders = new ArrayList<>();
		long token = 0;
		for (int i = 0; i < 3; i++) {
			AcquireCommand command = tries(key, 3);
			Acquired acquired = granted((i % 2 == 0) ? backend() : otherInstance(), command);
			assertThat(acquired.token()).isGreaterThan(token).isEqualTo(acquired.lastToken());
			token = acquired.token();
			holders.add(command);
		}
		AcquireCommand late = tries(key, 3);
		denied(otherInstance(), late);
		assertThat(await(backend().release(key, holders.get(1).owner()))).isTrue();
		assertThat(granted(otherInstance(), late).token()).isGreaterThan(token);
		holders.set(1, late);
		holders.forEach((holder) -> assertThat(await(backend().release(key, holder.owner()))).isTrue());
		assertThat(store().entries()).isEmpty();
	}

	@Test
	default void smallestNumberOfThoseWhoHoldCounts() {
		LockKey key = newKey();
		AcquireCommand reader = tries(key, LockRequest.SHARED);
		AcquireCommand ofTwo = tries(key, 2);
		granted(backend(), reader);
		granted(backend(), ofTwo);
		denied(backend(), tries(key, LockRequest.SHARED));
		denied(backend(), tries(key, 2));
		await(backend().release(key, reader.owner()));
		AcquireCommand other = tries(key, 5);
		granted(backend(), other);
		denied(backend(), tries(key, 5));
		await(backend().release(key, ofTwo.owner()));
		await(backend().release(key, other.owner()));
		assertThat(store().entries()).isEmpty();
	}

	@Test
	default void repeatedAttemptOfOneHolderReturnsItsGrant() {
		LockKey key = newKey();
		AcquireCommand one = tries(key, 2);
		AcquireCommand two = tries(key, 2);
		Acquired first = granted(backend(), one);
		Acquired second = granted(backend(), two);
		assertThat(granted(otherInstance(), one).token()).isEqualTo(first.token());
		assertThat(granted(otherInstance(), two).token()).isEqualTo(second.token());
		denied(backend(), tries(key, 2));
		await(backend().release(key, one.owner()));
		assertThat(await(backend().release(key, one.owner()))).as("released already").isFalse();
		await(backend().release(key, two.owner()));
		assertThat(store().entries()).isEmpty();
	}

	@Test
	default void leaseOfOneHolderEndsByItself() {
		LockKey key = newKey();
		AcquireCommand dies = command(key, LockRequest.SHARED, SHORT, false);
		AcquireCommand lives = command(key, LockRequest.SHARED, SHORT, false);
		AcquireCommand writer = tries(key, ALONE);
		granted(backend(), dies);
		granted(backend(), lives);
		assertThat(await(otherInstance().renew(key, lives.owner(), LONG))).isTrue();
		Awaitility.await("the end of the lease")
			.atMost(patience())
			.until(() -> !await(backend().renew(key, dies.owner(), Duration.ofMillis(1))));
		assertThat(await(backend().release(key, dies.owner()))).as("over").isFalse();
		denied(backend(), writer);
		assertThat(await(backend().renew(key, lives.owner(), LONG))).as("not touched").isTrue();
		assertThat(await(backend().release(key, lives.owner()))).isTrue();
		granted(backend(), writer);
		await(backend().release(key, writer.owner()));
		assertThat(store().entries()).isEmpty();
	}

	@Test
	default void permitOfOneThatDiesIsFreeWhenItsLeaseEnds() {
		LockKey key = newKey();
		AcquireCommand lives = tries(key, 2);
		granted(backend(), lives);
		granted(backend(), command(key, 2, SHORT, false));
		AcquireCommand next = tries(key, 2);
		denied(otherInstance(), next);
		Awaitility.await("the end of the lease")
			.atMost(patience())
			.until(() -> await(otherInstance().acquire(next)) instanceof Acquired);
		denied(backend(), tries(key, 2));
		await(backend().release(key, lives.owner()));
		await(backend().release(key, next.owner()));
		assertThat(store().entries()).isEmpty();
	}

	@Test
	default void renewalOfAHolderNeverShortensItsLease() {
		LockKey key = newKey();
		AcquireCommand holder = tries(key, 2);
		granted(backend(), holder);
		assertThat(await(backend().renew(key, holder.owner(), SHORT))).isTrue();
		assertThat(store().remaining(key).orElseThrow()).isGreaterThan(LONG.dividedBy(2));
		LockHolder told = await(((HolderLookup) backend()).holder(key)).orElseThrow();
		assertThat(told.remaining()).isGreaterThan(LONG.dividedBy(2));
		await(backend().release(key, holder.owner()));
	}

	@Test
	default void everyStrangerIsRefused() {
		LockKey key = newKey();
		AcquireCommand holder = tries(key, LockRequest.SHARED);
		granted(backend(), holder);
		assertThat(await(backend().renew(key, newOwner(), LONG))).isFalse();
		assertThat(await(backend().release(key, newOwner()))).isFalse();
		denied(backend(), tries(key, ALONE));
		assertThat(await(backend().release(key, holder.owner()))).isTrue();
	}

	@Test
	default void denialAndLookupTellHowManyHold() {
		LockKey key = newKey();
		List<AcquireCommand> holders = List.of(tries(key, 3), tries(key, 3), tries(key, 3));
		List<Long> tokens = holders.stream().map((command) -> granted(backend(), command).token()).toList();
		Denied denied = denied(otherInstance(), tries(key, 3));
		LockHolder told = Objects.requireNonNull(denied.holder());
		assertThat(told.others()).isEqualTo(2);
		assertThat(told.instance()).isEqualTo("instance-1");
		assertThat(tokens).contains(told.token());
		assertThat(told.remaining()).isBetween(LONG.dividedBy(2), LONG);
		assertThat(denied.lastToken()).isGreaterThanOrEqualTo(tokens.get(2));
		LockHolder found = await(((HolderLookup) otherInstance()).holder(key)).orElseThrow();
		assertThat(found.others()).isEqualTo(2);
		assertThat(tokens).contains(found.token());
		holders.forEach((command) -> await(backend().release(key, command.owner())));
		assertThat(await(((HolderLookup) otherInstance()).holder(key))).isEmpty();
	}

	@Test
	default void readersDoNotOvertakeAWriterThatWaits() {
		LockKey key = newKey();
		Recorder recorder = new Recorder();
		try (Subscription subscription = subscribe(otherInstance(), recorder)) {
			AcquireCommand reader = tries(key, LockRequest.SHARED);
			granted(backend(), reader);
			AcquireCommand writer = waits(key, ALONE);
			denied(otherInstance(), writer);
			AcquireCommand late = tries(key, LockRequest.SHARED);
			denied(backend(), late);
			await(backend().release(key, reader.owner()));
			assertThat(recorder.awaitGrant(writer.owner(), patience()).acquired().contested()).isFalse();
			denied(backend(), late);
			await(otherInstance().release(key, writer.owner()));
			granted(backend(), late);
			await(backend().release(key, late.owner()));
			assertThat(store().entries()).isEmpty();
		}
	}

	@Test
	default void allReadersInFrontAreGrantedAtOnce() {
		LockKey key = newKey();
		Recorder recorder = new Recorder();
		try (Subscription subscription = subscribe(otherInstance(), recorder)) {
			AcquireCommand writer = tries(key, ALONE);
			granted(backend(), writer);
			List<AcquireCommand> readers = new ArrayList<>();
			for (int i = 0; i < 5; i++) {
				readers.add(waits(key, LockRequest.SHARED));
				denied(otherInstance(), readers.get(i));
			}
			AcquireCommand next = waits(key, ALONE);
			denied(otherInstance(), next);
			AcquireCommand behind = waits(key, LockRequest.SHARED);
			denied(otherInstance(), behind);
			await(backend().release(key, writer.owner()));
			readers.forEach((reader) -> recorder.awaitGrant(reader.owner(), patience()));
			assertThat(recorder.grants).hasSize(5);
			assertThat(recorder.grants.stream().map((grant) -> grant.acquired().token())).isSorted();
			for (AcquireCommand reader : readers) {
				assertThat(recorder.isGranted(next.owner())).isFalse();
				assertThat(await(otherInstance().release(key, reader.owner()))).isTrue();
			}
			recorder.awaitGrant(next.owner(), patience());
			assertThat(recorder.isGranted(behind.owner())).isFalse();
			await(otherInstance().release(key, next.owner()));
			recorder.awaitGrant(behind.owner(), patience());
			await(otherInstance().release(key, behind.owner()));
			assertThat(store().entries()).isEmpty();
		}
	}

	@Test
	default void permitsAreGrantedInTheOrderOfTheFirstAttempts() {
		LockKey key = newKey();
		Recorder recorder = new Recorder();
		try (Subscription subscription = subscribe(otherInstance(), recorder)) {
			List<AcquireCommand> holders = List.of(tries(key, 2), tries(key, 2));
			holders.forEach((holder) -> granted(backend(), holder));
			List<AcquireCommand> waiters = List.of(waits(key, 2), waits(key, 2), waits(key, 2));
			waiters.forEach((waiter) -> denied(otherInstance(), waiter));
			for (int i = 0; i < 3; i++) {
				assertThat(recorder.grants).hasSize(i);
				String releases = (i < 2) ? holders.get(i).owner() : waiters.get(0).owner();
				assertThat(await(backend().release(key, releases))).isTrue();
				recorder.awaitGrant(waiters.get(i).owner(), patience());
			}
			waiters.subList(1, 3).forEach((waiter) -> await(backend().release(key, waiter.owner())));
			assertThat(store().entries()).isEmpty();
		}
	}

	@Test
	default void writerThatLeavesTheQueueLetsTheReadersIn() {
		LockKey key = newKey();
		Recorder recorder = new Recorder();
		try (Subscription subscription = subscribe(otherInstance(), recorder)) {
			AcquireCommand reader = tries(key, LockRequest.SHARED);
			granted(backend(), reader);
			AcquireCommand writer = waits(key, ALONE);
			denied(otherInstance(), writer);
			AcquireCommand late = waits(key, LockRequest.SHARED);
			denied(otherInstance(), late);
			assertThat(await(otherInstance().release(key, writer.owner()))).isFalse();
			recorder.awaitGrant(late.owner(), patience());
			await(backend().release(key, reader.owner()));
			await(otherInstance().release(key, late.owner()));
			assertThat(store().entries()).isEmpty();
		}
	}

	@Test
	default void exchangeForAReaderGrantsToTheReadersBehind() {
		LockKey key = newKey();
		Recorder recorder = new Recorder();
		try (Subscription subscription = subscribe(otherInstance(), recorder)) {
			AcquireCommand writer = tries(key, ALONE);
			granted(backend(), writer);
			AcquireCommand behind = waits(key, LockRequest.SHARED);
			denied(otherInstance(), behind);
			AcquireCommand next = waits(key, LockRequest.SHARED);
			Exchange exchange = await(((WaitQueue) otherInstance()).exchange(writer.owner(), next));
			assertThat(exchange.released()).isTrue();
			assertThat(exchange.next()).isInstanceOf(Acquired.class);
			recorder.awaitGrant(behind.owner(), patience());
			await(backend().release(key, next.owner()));
			await(backend().release(key, behind.owner()));
			assertThat(store().entries()).isEmpty();
		}
	}

	@Test
	default void exchangeReleasesOneOfThoseWhoHold() {
		LockKey key = newKey();
		AcquireCommand one = tries(key, 2);
		AcquireCommand two = tries(key, 2);
		granted(backend(), one);
		granted(backend(), two);
		AcquireCommand next = tries(key, 2);
		Exchange exchange = await(((WaitQueue) otherInstance()).exchange(one.owner(), next));
		assertThat(exchange.released()).isTrue();
		assertThat(exchange.next()).isInstanceOf(Acquired.class);
		assertThat(await(backend().release(key, one.owner()))).as("released already").isFalse();
		AcquireCommand writer = tries(key, ALONE);
		Exchange refused = await(((WaitQueue) backend()).exchange(next.owner(), writer));
		assertThat(refused.released()).isTrue();
		assertThat(refused.next()).isInstanceOf(Denied.class);
		Exchange last = await(((WaitQueue) backend()).exchange(two.owner(), writer));
		assertThat(last.next()).isInstanceOf(Acquired.class);
		await(backend().release(key, writer.owner()));
		assertThat(store().entries()).isEmpty();
	}

	private AcquireCommand tries(LockKey key, int maxHolders) {
		return command(key, maxHolders, LONG, false);
	}

	private AcquireCommand waits(LockKey key, int maxHolders) {
		return command(key, maxHolders, LONG, true);
	}

	private AcquireCommand command(LockKey key, int maxHolders, Duration lease, boolean waiting) {
		return new AcquireCommand(key, newOwner(), "instance-1", lease, waiting, 1,
				/* revocable= */ false, maxHolders);
	}

	private Acquired granted(LockBackend backend, AcquireCommand command) {
		AcquireResult result = await(backend.acquire(command));
		assertThat(result).isInstanceOf(Acquired.class);
		return (Acquired) result;
	}

	private Denied denied(LockBackend backend, AcquireCommand command) {
		AcquireResult result = await(backend.acquire(command));
		assertThat(result).isInstanceOf(Denied.class);
		return (Denied) result;
	}

}
