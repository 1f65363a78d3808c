package dev.distributedlock.fencing;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

import dev.distributedlock.LockContext;
import dev.distributedlock.LockKey;
import dev.distributedlock.LockLease;
import dev.distributedlock.StaleTokenException;

/**
 * The fencing token of a grant, together with the lock that it is of: tokens of different
 * locks cannot be compared.
 * <p>
 * {@link #current()} is that of the lock the current thread runs under. Under several
 * locks it is the one that was taken last; {@link #current(String)} finds another by the
 * name of its lock, and {@link #all()} has all of them.
 *
 * @param lockName the name of the lock
 * @param key the identity of the lock
 * @param value the token, larger than that of each earlier grant of the key
 */
public record FencingToken(String lockName, LockKey key, long value) {

	/**
	 * The order of the bytes of the keys in UTF-8, in which several tokens are checked,
	 * so that nobody waits for each other in a circle.
	 */
	public static final Comparator<FencingToken> CANONICAL_ORDER = Comparator
		.comparing((token) -> token.key.value().getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned);

	public FencingToken {
		Objects.requireNonNull(lockName, "'lockName' must not be null");
		Objects.requireNonNull(key, "'key' must not be null");
		if (value <= 0) {
			throw new IllegalArgumentException("'value' must be positive but was " + value);
		}
	}

	/**
	 * Return the token of a lease.
	 * @param lease the lease, which need not be valid any more
	 * @return its token
	 */
	public static FencingToken of(LockLease lease) {
		return new FencingToken(lease.name(), lease.key(), lease.token());
	}

	/**
	 * Return the token of the innermost lock that the current thread runs under, or else
	 * the one that it was {@linkplain PresentedTokens presented} with.
	 * @return the token
	 * @throws IllegalStateException if there is none
	 */
	public static FencingToken current() {
		return find().orElseThrow(() -> new IllegalStateException("Thread '" + Thread.currentThread().getName()
				+ "' has no fencing token: it runs under no distributed lock, and none was presented with the request. "
				+ "Call the locked method through its Spring proxy, or pass the token of the lease"));
	}

	/**
	 * Return the token of the innermost lock of a name that the current thread runs
	 * under, or else that it was presented with.
	 * @param lockName the name of the lock
	 * @return the token
	 * @throws IllegalStateException if there is none
	 */
	public static FencingToken current(String lockName) {
		return stream().filter((token) -> token.lockName.equals(lockName))
			.findFirst()
			.orElseThrow(() -> new IllegalStateException(
					"Thread '" + Thread.currentThread().getName() + "' has no fencing token of a lock named '"
							+ lockName + "', but of " + stream().map(FencingToken::lockName).distinct().toList()));
	}

	/**
	 * Return what {@link #current()} returns, if there is any.
	 * @return the token
	 */
	public static Optional<FencingToken> find() {
		return stream().findFirst();
	}

	/**
	 * Return the tokens of all locks that the current thread runs under, or that it was
	 * presented with, one of each key. They are in the canonical order of their keys, so
	 * that guards that lock something never wait for each other in a circle.
	 * @return the tokens
	 */
	public static List<FencingToken> all() {
		return stream().filter(new DistinctKeys()).sorted(CANONICAL_ORDER).toList();
	}

	/**
	 * Check that a conditional statement, such as
	 * {@code update … set …, fence = ? where id = ? and fence <= ?}, has written.
	 * @param rows the number of rows that it has written
	 * @throws StaleTokenException if it is zero: a later holder has written the row, or
	 * there is no such row
	 */
	public void ensureWritten(int rows) {
		if (rows == 0) {
			throw new StaleTokenException(
					"Write under lock '" + this.key + "' refused: the row has seen a larger " + "fencing token than "
							+ this.value + ", or does not exist. Nothing was written by this statement",
					this.lockName, this.value, null);
		}
	}

	/**
	 * Make the exception with which a guard refuses this token.
	 * @param guard what has seen a larger one, for the message
	 * @param seen the larger one
	 * @return the exception, to be thrown
	 */
	public StaleTokenException refusedBy(String guard, long seen) {
		return new StaleTokenException(
				"Write under lock '" + this.key + "' refused: its fencing token " + this.value + " is stale, " + guard
						+ " has seen " + seen + ". A later holder is or was at work; acquire the lock again",
				this.lockName, this.value, seen);
	}

	private static Stream<FencingToken> stream() {
		return Stream.concat(LockContext.leases().stream().map(FencingToken::of), PresentedTokens.current().stream());
	}

}
