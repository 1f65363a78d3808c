package dev.distributedlock.backend.tck;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import dev.distributedlock.LockKey;
import dev.distributedlock.backend.AcquireCommand;
import dev.distributedlock.backend.AcquireResult.Denied;
import dev.distributedlock.backend.LockBackend;
import dev.distributedlock.backend.ReleaseSignals;
import dev.distributedlock.backend.ReleaseSignals.Listener;
import dev.distributedlock.backend.ReleaseSignals.Subscription;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a store does that tells waiting instances of releases.
 */
public interface ReleaseSignalsContract extends BackendSubject {

	/**
	 * Count the signals that the store has sent since it was started or since some other
	 * fixed moment.
	 * @return the number of signals
	 */
	long signalsSent();

	@Test
	default void subscriptionTellsWhenItIsActive() {
		Recorder recorder = new Recorder();
		try (Subscription subscription = subscribe(backend(), recorder)) {
			assertThat(recorder.resumed.get()).isPositive();
		}
	}

	@Test
	default void waitingInstanceIsToldOfTheRelease() {
		LockKey key = newKey();
		String owner = newOwner();
		Recorder recorder = new Recorder();
		try (Subscription subscription = subscribe(otherInstance(), recorder)) {
			acquire(key, owner, LONG);
			deny(otherInstance(), key, true);
			assertThat(recorder.released).isEmpty();
			await(backend().release(key, owner));
			Awaitility.await("the signal").atMost(patience()).until(() -> recorder.released.contains(key));
		}
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
			deny(otherInstance(), key, true);
			await(backend().release(key, owner));
			Awaitility.await("both signals")
				.atMost(patience())
				.until(() -> one.released.contains(key) && two.released.contains(key));
		}
	}

	@Test
	default void nothingIsSentForALockThatNobodyWaitsFor() {
		LockKey key = newKey();
		String owner = newOwner();
		Recorder recorder = new Recorder();
		try (Subscription subscription = subscribe(otherInstance(), recorder)) {
			long before = signalsSent();
			acquire(key, owner, LONG);
			deny(otherInstance(), key, false);
			await(backend().release(key, owner));
			assertThat(signalsSent()).isEqualTo(before);
			// a waiter's signal is counted, so the count above can fail
			acquire(key, owner, LONG);
			deny(otherInstance(), key, true);
			await(backend().release(key, owner));
			assertThat(signalsSent()).isGreaterThan(before);
		}
	}

	@Test
	default void instanceThatDoesNotWaitIsNotTold() {
		LockKey waitedFor = newKey();
		LockKey notWaitedFor = newKey();
		String owner = newOwner();
		Recorder recorder = new Recorder();
		try (Subscription subscription = subscribe(otherInstance(), recorder)) {
			acquire(notWaitedFor, owner, LONG);
			acquire(waitedFor, owner, LONG);
			deny(otherInstance(), notWaitedFor, false);
			deny(otherInstance(), waitedFor, true);
			await(backend().release(notWaitedFor, owner));
			await(backend().release(waitedFor, owner));
			Awaitility.await("the later signal").atMost(patience()).until(() -> recorder.released.contains(waitedFor));
			assertThat(recorder.released).containsOnly(waitedFor);
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
			deny(otherInstance(), key, true);
			await(backend().release(key, owner));
			Awaitility.await("the signal of the other").atMost(patience()).until(() -> open.released.contains(key));
			assertThat(closed.released).isEmpty();
		}
	}

	@Test
	default void subscriptionWorksAgainAfterTheLastOneWasClosed() {
		for (int i = 0; i < 3; i++) {
			waitingInstanceIsToldOfTheRelease();
		}
	}

	/**
	 * Subscribe and wait until the subscription is active.
	 * @param backend the backend of the instance
	 * @param recorder the listener
	 * @return the subscription
	 */
	default Subscription subscribe(LockBackend backend, Recorder recorder) {
		Subscription subscription = ((ReleaseSignals) backend).subscribe(recorder);
		Awaitility.await("the subscription").atMost(patience()).until(() -> recorder.resumed.get() > 0);
		return subscription;
	}

	private void deny(LockBackend backend, LockKey key, boolean waiting) {
		AcquireCommand command = new AcquireCommand(key, newOwner(), "instance-2", LONG, waiting);
		assertThat(await(backend.acquire(command))).isInstanceOf(Denied.class);
	}

	/** Remembers what it was told. */
	final class Recorder implements Listener {

		final List<LockKey> released = new CopyOnWriteArrayList<>();

		final AtomicInteger resumed = new AtomicInteger();

		@Override
		public void released(LockKey key) {
			this.released.add(key);
		}

		@Override
		public void resumed() {
			this.resumed.incrementAndGet();
		}

		/**
		 * Return how often signals resumed.
		 * @return the count
		 */
		public int resumptions() {
			return this.resumed.get();
		}

	}

}
