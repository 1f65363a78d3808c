package dev.distributedlock;

import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/**
 * The locks that the current thread runs under, innermost first.
 * <p>
 * {@link LockRegistry#acquire} and the annotation maintain it. Code that carries a lease
 * to another thread says so with {@link #attach(LockLease)}: while attached, that thread
 * holds the lock re-entrantly, too.
 *
 * <pre>{@code
 * jdbc.sql("update stock set left = ?, fence = ? where sku = ? and fence <= ?")
 *     .params(left, token, sku, LockContext.current().token())...
 * }</pre>
 */
public final class LockContext {

	// Leases may be closed by another thread, so the deque is concurrent; an empty one is
	// removed from its thread, so that pooled threads keep nothing of ours.
	private static final ThreadLocal<@Nullable Deque<LockLease>> LEASES = new ThreadLocal<>();

	private LockContext() {
	}

	/**
	 * Return the innermost lease of the current thread.
	 * @return the lease
	 * @throws IllegalStateException if the thread runs under no lock
	 */
	public static LockLease current() {
		return find().orElseThrow(() -> new IllegalStateException("Thread '" + Thread.currentThread().getName()
				+ "' runs under no distributed lock: was the method called through its Spring proxy?"));
	}

	/**
	 * Return the innermost lease of the current thread, if there is one.
	 * @return the lease
	 */
	public static Optional<LockLease> find() {
		Deque<LockLease> leases = LEASES.get();
		return (leases != null) ? Optional.ofNullable(leases.peekFirst()) : Optional.empty();
	}

	/**
	 * Return the innermost lease of the current thread that satisfies a condition.
	 * @param condition the condition
	 * @return the lease
	 */
	public static Optional<LockLease> find(Predicate<? super LockLease> condition) {
		Deque<LockLease> leases = LEASES.get();
		return (leases != null) ? leases.stream().filter(condition).findFirst() : Optional.empty();
	}

	/**
	 * Return all leases of the current thread.
	 * @return the leases, innermost first
	 */
	public static List<LockLease> leases() {
		Deque<LockLease> leases = LEASES.get();
		return (leases != null) ? List.copyOf(leases) : List.of();
	}

	/**
	 * Make a lease the innermost one of the current thread.
	 * @param lease the lease
	 * @return a scope that ends it; may be closed by any thread
	 */
	public static Scope attach(LockLease lease) {
		Objects.requireNonNull(lease, "'lease' must not be null");
		Deque<LockLease> leases = LEASES.get();
		if (leases == null) {
			leases = new ConcurrentLinkedDeque<>();
			LEASES.set(leases);
		}
		leases.addFirst(lease);
		Deque<LockLease> attachedTo = leases;
		AtomicBoolean ended = new AtomicBoolean();
		return () -> {
			if (ended.compareAndSet(false, true)) {
				detach(attachedTo, lease);
			}
		};
	}

	private static void detach(Deque<LockLease> leases, LockLease lease) {
		leases.removeFirstOccurrence(lease);
		if (leases.isEmpty() && LEASES.get() == leases) {
			LEASES.remove();
		}
	}

	/** The part of a thread's run for which a lease is attached. */
	@FunctionalInterface
	public interface Scope extends AutoCloseable {

		/** End the scope. Closing again does nothing. */
		@Override
		void close();

	}

}
