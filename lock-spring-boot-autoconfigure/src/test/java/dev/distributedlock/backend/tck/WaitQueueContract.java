package dev.distributedlock.backend.tck;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import dev.distributedlock.LockKey;
import dev.distributedlock.backend.AcquireCommand;
import dev.distributedlock.backend.AcquireResult.Acquired;
import dev.distributedlock.backend.AcquireResult.Denied;
import dev.distributedlock.backend.LockBackend;
import dev.distributedlock.backend.WaitQueue;
import dev.distributedlock.backend.WaitQueue.Exchange;
import dev.distributedlock.backend.WaitQueue.Grant;
import dev.distributedlock.backend.WaitQueue.Listener;
import dev.distributedlock.backend.WaitQueue.Subscription;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a store does that queues those who wait.
 */
public interface WaitQueueContract extends BackendSubject {

	/**
	 * Count the messages that the store has sent since it was started or since some other
	 * fixed moment.
	 * @return the number of messages
	 */
	long messagesSent();

	@Test
	default void subscriptionTellsWhenItIsActive() {
		Recorder recorder = new Recorder();
		try (Subscription subscription = subscribe(backend(), recorder)) {
			assertThat(recorder.resumed.get()).isPositive();
		}
	}

	@Test
	default void releaseGrantsToTheWaiterAndTellsIt() {
		LockKey key = newKey();
		String owner = newOwner();
		Recorder recorder = new Recorder();
		try (Subscription subscription = subscribe(otherInstance(), recorder)) {
			long token = acquire(key, owner, LONG);
			AcquireCommand waiter = enlist(otherInstance(), key);
			assertThat(recorder.grants).isEmpty();
			await(backend().release(key, owner));
			Grant grant = recorder.awaitGrant(waiter.owner(), patience());
			assertThat(grant.key()).isEqualTo(key);
			assertThat(grant.acquired().token()).isGreaterThan(token);
			assertThat(grant.acquired().lastToken() - grant.acquired().token()).isEqualTo(waiter.tokens() - 1);
			assertThat(attempt(key, newOwner(), LONG)).as("held by the waiter").isInstanceOf(Denied.class);
			assertThat(await(otherInstance().release(key, waiter.owner()))).isTrue();
			assertThat(store().entries()).isEmpty();
		}
	}

	@Test
	default void grantIsShortUntilItIsClaimed() {
		LockKey key = newKey();
		String owner = newOwner();
		Recorder recorder = new Recorder();
		try (Subscription subscription = subscribe(otherInstance(), recorder)) {
			acquire(key, owner, LONG);
			AcquireCommand waiter = enlist(otherInstance(), key);
			await(backend().release(key, owner));
			Grant grant = recorder.awaitGrant(waiter.owner(), patience());
			assertThat(grant.lease()).isLessThan(Duration.ofSeconds(10));
			assertThat(store().remaining(key).orElseThrow()).isLessThanOrEqualTo(grant.lease());
			assertThat(await(otherInstance().renew(key, waiter.owner(), LONG))).isTrue();
			assertThat(store().remaining(key).orElseThrow()).isGreaterThan(LONG.dividedBy(2));
			await(otherInstance().release(key, waiter.owner()));
		}
	}

	@Test
	default void repeatedAttemptOfTheGranteeAnswersTheSameAndClaims() {
		LockKey key = newKey();
		String owner = newOwner();
		Recorder recorder = new Recorder();
		try (Subscription subscription = subscribe(otherInstance(), recorder)) {
			acquire(key, owner, LONG);
			AcquireCommand waiter = enlist(otherInstance(), key);
			await(backend().release(key, owner));
			Acquired acquired = (Acquired) await(otherInstance().acquire(waiter));
			assertThat(recorder.awaitGrant(waiter.owner(), patience()).acquired()).isEqualTo(acquired);
			assertThat(store().remaining(key).orElseThrow()).isGreaterThan(LONG.dividedBy(2));
			await(otherInstance().release(key, waiter.owner()));
		}
	}

	@Test
	default void grantsComeInTheOrderOfTheFirstAttempts() {
		LockKey key = newKey();
		String owner = newOwner();
		Recorder recorder = new Recorder();
		try (Subscription one = subscribe(backend(), recorder);
				Subscription other = subscribe(otherInstance(), recorder)) {
			acquire(key, owner, LONG);
			List<AcquireCommand> waiters = new ArrayList<>();
			for (int i = 0; i < 6; i++) {
				waiters.add(enlist(instance(i), key));
			}
			// asked again in another order: the places stay
			for (int i = 5; i >= 0; i--) {
				assertThat(await(instance(i).acquire(waiters.get(i)))).isInstanceOf(Denied.class);
			}
			await(backend().release(key, owner));
			for (int i = 0; i < 6; i++) {
				Grant grant = recorder.awaitGrant(waiters.get(i).owner(), patience());
				assertThat(recorder.grants).hasSize(i + 1);
				assertThat(grant.acquired().contested()).isEqualTo(i < 5);
				await(instance(i).release(key, waiters.get(i).owner()));
			}
			assertThat(store().entries()).isEmpty();
		}
	}

	@Test
	default void nobodyOvertakesTheQueueWhenALeaseHasEnded() {
		LockKey key = newKey();
		Recorder recorder = new Recorder();
		try (Subscription subscription = subscribe(otherInstance(), recorder)) {
			acquire(key, newOwner(), SHORT);
			AcquireCommand waiter = enlist(otherInstance(), key);
			Awaitility.await("the lease ends, and the next who asks finds that out")
				.atMost(patience())
				.pollInterval(Duration.ofMillis(20))
				.until(() -> {
					assertThat(attempt(key, newOwner(), LONG)).isInstanceOf(Denied.class);
					return recorder.isGranted(waiter.owner());
				});
			await(otherInstance().release(key, waiter.owner()));
		}
	}

	@Test
	default void waiterThatReleasesLeavesTheQueue() {
		LockKey key = newKey();
		String owner = newOwner();
		Recorder recorder = new Recorder();
		try (Subscription subscription = subscribe(otherInstance(), recorder)) {
			acquire(key, owner, LONG);
			AcquireCommand leaves = enlist(otherInstance(), key);
			AcquireCommand stays = enlist(otherInstance(), key);
			assertThat(await(otherInstance().release(key, leaves.owner()))).isFalse();
			await(backend().release(key, owner));
			recorder.awaitGrant(stays.owner(), patience());
			assertThat(recorder.isGranted(leaves.owner())).isFalse();
			await(otherInstance().release(key, stays.owner()));
			assertThat(store().entries()).isEmpty();
		}
	}

	@Test
	default void exchangeLetsWaitersGoFirst() {
		LockKey key = newKey();
		String owner = newOwner();
		Recorder recorder = new Recorder();
		try (Subscription one = subscribe(backend(), recorder);
				Subscription other = subscribe(otherInstance(), recorder)) {
			acquire(key, owner, LONG);
			AcquireCommand waiter = enlist(otherInstance(), key);
			AcquireCommand next = command(key);
			Exchange exchange = await(((WaitQueue) backend()).exchange(owner, next));
			assertThat(exchange.released()).isTrue();
			assertThat(exchange.next()).isInstanceOf(Denied.class);
			recorder.awaitGrant(waiter.owner(), patience());
			await(otherInstance().release(key, waiter.owner()));
			recorder.awaitGrant(next.owner(), patience());
			await(backend().release(key, next.owner()));
			assertThat(store().entries()).isEmpty();
		}
	}

	@Test
	default void exchangeWithoutWaitersGrantsAtOnce() {
		LockKey key = newKey();
		String owner = newOwner();
		long token = acquire(key, owner, SHORT);
		AcquireCommand next = command(key);
		Exchange exchange = await(((WaitQueue) backend()).exchange(owner, next));
		assertThat(exchange.released()).isTrue();
		assertThat(((Acquired) exchange.next()).token()).isGreaterThan(token);
		assertThat(store().remaining(key).orElseThrow()).isGreaterThan(LONG.dividedBy(2));
		assertThat(await(backend().release(key, owner))).isFalse();
		assertThat(await(backend().release(key, next.owner()))).isTrue();
	}

	@Test
	default void exchangeOfALockThatIsNotHeldSaysSo() {
		LockKey key = newKey();
		String holder = newOwner();
		AcquireCommand next = new AcquireCommand(key, newOwner(), "instance-1", LONG, false);
		acquire(key, holder, LONG);
		Exchange exchange = await(((WaitQueue) backend()).exchange(newOwner(), next));
		assertThat(exchange.released()).isFalse();
		assertThat(exchange.next()).isInstanceOf(Denied.class);
		await(backend().release(key, holder));
		Exchange free = await(((WaitQueue) backend()).exchange(holder, next));
		assertThat(free.released()).isFalse();
		assertThat(free.next()).isInstanceOf(Acquired.class);
		await(backend().release(key, next.owner()));
	}

	@Test
	default void everyListenerOfAnInstanceIsTold() {
		LockKey key = newKey();
		String owner = newOwner();
		Recorder one = new Recorder();
		Recorder two = new Recorder();
		try (Subscription first = subscribe(otherInstance(), one);
				Subscription second = subscribe(otherInstance(), two)) {
			acquire(key, owner, LONG);
			AcquireCommand waiter = enlist(otherInstance(), key);
			await(backend().release(key, owner));
			one.awaitGrant(waiter.owner(), patience());
			two.awaitGrant(waiter.owner(), patience());
			await(otherInstance().release(key, waiter.owner()));
		}
	}

	@Test
	default void nothingIsSentForALockThatNobodyWaitsFor() {
		LockKey key = newKey();
		String owner = newOwner();
		Recorder recorder = new Recorder();
		try (Subscription subscription = subscribe(otherInstance(), recorder)) {
			long before = messagesSent();
			acquire(key, owner, LONG);
			assertThat(attempt(key, newOwner(), LONG)).isInstanceOf(Denied.class);
			await(backend().release(key, owner));
			assertThat(messagesSent()).isEqualTo(before);
			assertThat(store().remaining(key)).as("not granted to who does not wait").isEmpty();
			// a waiter's message is counted, so the count above can fail
			acquire(key, owner, LONG);
			AcquireCommand waiter = enlist(otherInstance(), key);
			await(backend().release(key, owner));
			assertThat(messagesSent()).isGreaterThan(before);
			await(otherInstance().release(key, waiter.owner()));
		}
	}

	@Test
	default void closedSubscriptionIsToldNothing() {
		LockKey key = newKey();
		String owner = newOwner();
		Recorder closed = new Recorder();
		Recorder open = new Recorder();
		try (Subscription remaining = subscribe(otherInstance(), open)) {
			subscribe(otherInstance(), closed).close();
			acquire(key, owner, LONG);
			AcquireCommand waiter = enlist(otherInstance(), key);
			await(backend().release(key, owner));
			open.awaitGrant(waiter.owner(), patience());
			assertThat(closed.grants).isEmpty();
			await(otherInstance().release(key, waiter.owner()));
		}
	}

	@Test
	default void subscriptionWorksAgainAfterTheLastOneWasClosed() {
		for (int i = 0; i < 3; i++) {
			releaseGrantsToTheWaiterAndTellsIt();
		}
	}

	/**
	 * Subscribe and wait until the subscription is active.
	 * @param backend the backend of the instance
	 * @param recorder the listener
	 * @return the subscription
	 */
	default Subscription subscribe(LockBackend backend, Recorder recorder) {
		int before = recorder.resumed.get();
		Subscription subscription = ((WaitQueue) backend).subscribe(recorder);
		Awaitility.await("the subscription").atMost(patience()).until(() -> recorder.resumed.get() > before);
		return subscription;
	}

	private LockBackend instance(int number) {
		return (number % 2 == 0) ? backend() : otherInstance();
	}

	@Test
	default void holderOfARevocableGrantIsToldThatOthersWantIt() {
		LockKey key = newKey();
		LockKey silent = newKey();
		Recorder recorder = new Recorder();
		try (Subscription subscription = subscribe(backend(), recorder)) {
			AcquireCommand command = revocable(key);
			await(backend().acquire(command));
			acquire(silent, newOwner(), LONG);
			await(backend().acquire(command));
			assertThat(recorder.wanted).as("before anybody else came").isEmpty();
			assertThat(attempt(silent, newOwner(), LONG)).isInstanceOf(Denied.class);
			assertThat(attempt(key, newOwner(), LONG)).isInstanceOf(Denied.class);
			Awaitility.await("the message").atMost(patience()).until(() -> !recorder.wanted.isEmpty());
			assertThat(recorder.wanted).containsExactly(key);
			assertThat(await(backend().release(key, command.owner()))).isTrue();
		}
	}

	@Test
	default void grantFromTheQueueIsRevocableToo() {
		LockKey key = newKey();
		String first = newOwner();
		Recorder recorder = new Recorder();
		try (Subscription subscription = subscribe(otherInstance(), recorder)) {
			acquire(key, first, LONG);
			AcquireCommand waiter = revocable(key);
			await(otherInstance().acquire(waiter));
			await(backend().release(key, first));
			recorder.awaitGrant(waiter.owner(), patience());
			assertThat(attempt(key, newOwner(), LONG)).isInstanceOf(Denied.class);
			Awaitility.await("the message").atMost(patience()).until(() -> !recorder.wanted.isEmpty());
			assertThat(recorder.wanted).containsExactly(key);
			assertThat(await(otherInstance().release(key, waiter.owner()))).isTrue();
		}
	}

	private AcquireCommand revocable(LockKey key) {
		return new AcquireCommand(key, newOwner(), "instance\nof two lines", LONG, true, 5,
				/* revocable= */ true, 1);
	}

	private AcquireCommand enlist(LockBackend backend, LockKey key) {
		AcquireCommand command = command(key);
		assertThat(await(backend.acquire(command))).isInstanceOf(Denied.class);
		return command;
	}

	private AcquireCommand command(LockKey key) {
		return new AcquireCommand(key, newOwner(), "instance\nof two lines", LONG, true, 5, false, 1);
	}

	/** Remembers what it was told. */
	final class Recorder implements Listener {

		final CopyOnWriteArrayList<Grant> grants = new CopyOnWriteArrayList<>();

		final List<LockKey> wanted = new CopyOnWriteArrayList<>();

		final AtomicInteger resumed = new AtomicInteger();

		@Override
		public void granted(Grant grant) {
			// A message may be repeated, as where both instances are one.
			this.grants.addIfAbsent(grant);
		}

		@Override
		public void wanted(LockKey key) {
			this.wanted.add(key);
		}

		@Override
		public void resumed() {
			this.resumed.incrementAndGet();
		}

		boolean isGranted(String owner) {
			return this.grants.stream().anyMatch((grant) -> grant.owner().equals(owner));
		}

		Grant awaitGrant(String owner, Duration patience) {
			Awaitility.await("the grant").atMost(patience).until(() -> isGranted(owner));
			return this.grants.stream().filter((grant) -> grant.owner().equals(owner)).findFirst().orElseThrow();
		}

		/**
		 * Return how often grants resumed.
		 * @return the count
		 */
		public int resumptions() {
			return this.resumed.get();
		}

	}

}
