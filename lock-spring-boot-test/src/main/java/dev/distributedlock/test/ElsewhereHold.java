package dev.distributedlock.test;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

import dev.distributedlock.LockHolder;
import dev.distributedlock.LockKey;
import dev.distributedlock.LockRequest;
import dev.distributedlock.backend.AcquireCommand;
import dev.distributedlock.backend.AcquireResult;
import dev.distributedlock.backend.memory.InMemoryLockBackend;

/**
 * A lock that another instance of the application holds: renewed as it would be, until it
 * is {@linkplain #release() released} or the instance {@linkplain #crash() dies}.
 */
public final class ElsewhereHold implements AutoCloseable {

	/** The name of the other instance, as messages and the endpoint show it. */
	public static final String INSTANCE = "elsewhere";

	/** How long the lock lasts after the other instance has died. */
	public static final Duration LEASE = Duration.ofSeconds(30);

	private static final AtomicInteger numbers = new AtomicInteger();

	private final InMemoryLockBackend store;

	private final TestTime time;

	private final LockKey key;

	private final String owner = INSTANCE + "-" + numbers.incrementAndGet();

	private final long token;

	private volatile boolean renewed = true;

	ElsewhereHold(InMemoryLockBackend store, TestTime time, LockRequest request) {
		this.store = store;
		this.time = time;
		this.key = request.key();
		AcquireResult result = answer(store.acquire(new AcquireCommand(this.key, this.owner, INSTANCE, LEASE,
				/* waiting= */ false, 1, /* revocable= */ false, request.maxHolders())));
		if (!(result instanceof AcquireResult.Acquired acquired)) {
			LockHolder holder = ((AcquireResult.Denied) result).holder();
			throw new IllegalStateException("Lock '" + this.key.value() + "' cannot be held elsewhere: it is held by '"
					+ ((holder != null) ? holder.instance() : "somebody") + "'");
		}
		this.token = acquired.token();
		renewLater();
	}

	private void renewLater() {
		this.time.elsewhereAfter(LEASE.dividedBy(3), () -> {
			if (this.renewed && answer(this.store.renew(this.key, this.owner, LEASE))) {
				renewLater();
			}
		});
	}

	/**
	 * Return the identity of the lock.
	 * @return the key
	 */
	public LockKey key() {
		return this.key;
	}

	/**
	 * Return the fencing token that the other instance was given.
	 * @return the token
	 */
	public long token() {
		return this.token;
	}

	/**
	 * Release the lock, so that who waits for it gets it. Again does nothing.
	 */
	public void release() {
		this.renewed = false;
		answer(this.store.release(this.key, this.owner));
	}

	/**
	 * Have the other instance die without releasing the lock, which then lasts for the
	 * rest of its {@linkplain #LEASE lease}: {@link TestLocks#advance(Duration)}.
	 */
	public void crash() {
		this.renewed = false;
	}

	/** Release the lock. */
	@Override
	public void close() {
		release();
	}

	private static <T> T answer(CompletionStage<T> stage) {
		// The store in memory answers at once.
		CompletableFuture<T> answer = stage.toCompletableFuture();
		return answer.join();
	}

	@Override
	public String toString() {
		return "ElsewhereHold['" + this.key.value() + "', token " + this.token + "]";
	}

}
