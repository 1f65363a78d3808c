package dev.distributedlock.test;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.distributedlock.LockHolder;
import dev.distributedlock.LockKey;
import dev.distributedlock.LockListener;
import dev.distributedlock.LockOperations;
import dev.distributedlock.LockRegistry;
import dev.distributedlock.LockRequest;
import dev.distributedlock.LockTemplate;
import dev.distributedlock.backend.LockBackend;
import dev.distributedlock.backend.Timeline;
import dev.distributedlock.backend.memory.InMemoryLockBackend;
import dev.distributedlock.core.DefaultLockRegistry;
import org.assertj.core.api.AssertProvider;

/**
 * The world around the locks of an application under test: their store, the other
 * instances, the network, the clock. A bean in tests with {@link AutoConfigureTestLocks}.
 *
 * <pre>
 * &#64;Test
 * void tellsTheCustomerThatTheOrderIsBeingPaid() {
 *     this.locks.skipWaits();
 *     try (ElsewhereHold other = this.locks.holdElsewhere("orders", "42")) {
 *         assertThatExceptionOfType(LockTimeoutException.class)
 *             .isThrownBy(() -&gt; this.payments.pay(new Order("42")));
 *     }
 *     this.payments.pay(new Order("42"));
 *     assertThat(this.locks).acquired("orders", "42").once().released();
 * }
 * </pre>
 *
 * Locks are named as their annotation does: a name and the value of the key, a name
 * alone, or a key alone. Time passes by itself and can be put forward; leases, renewals
 * and wait times all go by that clock.
 */
public final class TestLocks implements AssertProvider<TestLocksAssert>, AutoCloseable {

	private final TestTime time = new TestTime();

	private final InMemoryLockBackend store = new InMemoryLockBackend(this.time);

	private final StoreTrouble trouble = new StoreTrouble();

	private final TestLockBackend backend = new TestLockBackend(this.store, this.trouble);

	private final LockHistory history = new LockHistory();

	private final List<ElsewhereHold> elsewhere = new CopyOnWriteArrayList<>();

	private final Evictions evictions = new Evictions(this.backend, this.history);

	private final DefaultLockRegistry registry = DefaultLockRegistry.builder(this.backend)
		.instance("test")
		.ticker(this.time)
		.listener(this.history)
		.build();

	/**
	 * Create locks for a test without an application context, whose code under test is
	 * given {@link #registry()} or {@link #operations()}. To be closed.
	 */
	public TestLocks() {
	}

	/**
	 * Return a registry for code that is tested without an application context. In a
	 * context the application has one of its own.
	 * @return the registry, always the same
	 */
	public LockRegistry registry() {
		return this.registry;
	}

	/**
	 * Return operations on {@link #registry()}.
	 * @return the operations
	 */
	public LockOperations operations() {
		return new LockTemplate(registry());
	}

	LockBackend backend() {
		return this.backend;
	}

	Timeline timeline() {
		return this.time;
	}

	LockListener listener() {
		return this.history;
	}

	/**
	 * Have another instance hold a lock. The other instance renews it until it releases
	 * it, {@linkplain ElsewhereHold#crash() dies}, or the test is over.
	 * @param name the name of the lock, or its key if it has no name
	 * @param keyParts the value of its key, none if there is one lock of that name
	 * @return the hold
	 * @throws IllegalStateException if the lock is held
	 */
	public ElsewhereHold holdElsewhere(String name, Object... keyParts) {
		return holdElsewhere(LockRequest.of(name, keyParts));
	}

	/**
	 * Have another instance hold a lock, perhaps with others: as a reader, with a permit.
	 * @param request what it asks for; its options are not used
	 * @return the hold
	 * @throws IllegalStateException if the lock is held by others who do not allow that
	 */
	public ElsewhereHold holdElsewhere(LockRequest request) {
		ElsewhereHold hold = new ElsewhereHold(this.store, this.time, request);
		this.elsewhere.add(hold);
		return hold;
	}

	/**
	 * Take a lock away from the application while it is held: the store has forgotten it,
	 * and the holder is told now, as after a pause that was longer than the lease. What
	 * follows is up to {@code onLockLost}.
	 * @param name the name of the lock, or its key if it has no name
	 * @param keyParts the value of its key
	 * @throws IllegalStateException if the application does not hold it
	 */
	public void expire(String name, Object... keyParts) {
		expire(LockKey.of(name, keyParts));
	}

	/**
	 * Take a lock away from the application while it is held.
	 * @param key the identity of the lock
	 * @throws IllegalStateException if the application does not hold it
	 */
	public void expire(LockKey key) {
		this.evictions.evict(key);
	}

	/**
	 * Have the store refuse the next operation of a kind, in a way that it is no use to
	 * repeat it: a caller gets a {@link dev.distributedlock.LockBackendException}.
	 * @param operation what is refused
	 */
	public void failNext(StoreOperation operation) {
		failNext(operation, 1);
	}

	/**
	 * Have the store refuse the next operations of a kind.
	 * @param operation what is refused
	 * @param times how many of them
	 */
	public void failNext(StoreOperation operation, int times) {
		this.trouble.next(operation, StoreTrouble.Kind.REFUSED, times);
	}

	/**
	 * Have the answer to the next operation of a kind get lost, after the store did it.
	 * The library then finds out what became of it.
	 * @param operation whose answer is lost
	 */
	public void loseReply(StoreOperation operation) {
		this.trouble.next(operation, StoreTrouble.Kind.REPLY_LOST, 1);
	}

	/**
	 * Cut the application off from the store, until healed or until the test is over.
	 * Acquisitions fail with {@link dev.distributedlock.LockBackendException} at the end
	 * of their wait time; what is held is lost at the end of its lease.
	 * @return the outage
	 */
	public Outage partition() {
		this.trouble.cutOff(true);
		return this::heal;
	}

	private void heal() {
		if (this.trouble.isCutOff()) {
			this.trouble.cutOff(false);
			this.backend.reachableAgain();
		}
	}

	/**
	 * Let time pass, with all that happens meanwhile: leases are renewed or end, waiting
	 * callers try again and give up. Done when this returns, but for the callers' own
	 * threads.
	 * @param duration how long
	 */
	public void advance(Duration duration) {
		this.time.advance(duration);
	}

	/**
	 * Let time pass while the application stands still, as in a long garbage collection:
	 * what it holds for less than that is lost. Other instances renew what they hold.
	 * @param duration how long
	 */
	public void stall(Duration duration) {
		this.time.stall(duration);
	}

	/**
	 * From now on until the end of the test, whoever has to wait for a lock finds its
	 * wait time over at once: the clock is put forward by it, as far as needed. For tests
	 * with one caller; where several compete they would all give up.
	 */
	public void skipWaits() {
		this.time.skipWaits(true);
	}

	/**
	 * Return what the application locked since the test began, in order.
	 * @return the uses, nested ones left out
	 */
	public List<LockUse> uses() {
		return this.history.uses();
	}

	/**
	 * Return what the application asked for and did not get since the test began.
	 * @return the refusals, in order
	 */
	public List<LockRefusal> refusals() {
		return this.history.refusals();
	}

	/**
	 * Return what the application waits for now.
	 * @return the requests
	 */
	public List<LockRequest> waiting() {
		return this.history.waiting();
	}

	/**
	 * Return who holds a lock according to the store, here or elsewhere.
	 * @param key the identity of the lock
	 * @return the holder, empty if the lock is free
	 */
	public Optional<LockHolder> holder(LockKey key) {
		return this.store.holder(key).toCompletableFuture().join();
	}

	/**
	 * End what a test has set up, and forget what it did: outages are healed, planned
	 * failures forgotten, other instances release what they hold, waits take their time
	 * again. Locks that the test's own thread has not released are taken away, with a
	 * warning. Done after each test method.
	 */
	public void reset() {
		this.trouble.clear();
		this.backend.reachableAgain();
		this.time.skipWaits(false);
		this.elsewhere.forEach(ElsewhereHold::release);
		this.elsewhere.clear();
		this.evictions.evictForgotten();
		this.history.clear();
	}

	/**
	 * Return assertions, for AssertJ's {@code assertThat(locks)}.
	 */
	@Override
	public TestLocksAssert assertThat() {
		return new TestLocksAssert(this);
	}

	/** Let releases come to their end that the library repeats for a while. */
	void settle() {
		reset();
		this.time.advance(ElsewhereHold.LEASE);
	}

	/** End all of it. */
	@Override
	public void close() {
		settle();
		this.registry.close();
		this.time.close();
	}

}
