package dev.distributedlock;

import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * Runs code under a lock.
 *
 * <pre>{@code
 * Receipt receipt = locks.execute(LockRequest.of("orders", id), (lease) -> pay(id));
 * }</pre>
 *
 * If the lease is lost while the code runs, a {@link LockLostException} follows its
 * normal return. An exception of the code itself is always what the caller sees; a loss
 * is then added to it as suppressed.
 * <p>
 * <strong>Transactions.</strong> Begin them in the code, so that they commit before the
 * lock is released. If a transaction of Spring is active already, the operations of the
 * application context do what {@code @DistributedLock} does: they hold the lock until
 * that transaction is over, and not only until the code has run, unless
 * {@code distributed-lock.transaction.active-transaction} says otherwise. A
 * {@link LockRegistry} leaves that to its caller.
 */
public interface LockOperations {

	/**
	 * Run code under a lock.
	 * @param <T> the type of the result
	 * @param <X> the type of the code's exception
	 * @param request what to lock
	 * @param body the code
	 * @return what the code returned
	 * @throws X what the code threw
	 * @throws LockException as {@link LockRegistry#acquire}, and
	 * {@link LockLostException}
	 */
	<T extends @Nullable Object, X extends Throwable> T execute(LockRequest request, Body<T, X> body) throws X;

	/**
	 * Run code under a lock unless somebody else holds it for the whole wait time.
	 * @param <T> the type of the result
	 * @param <X> the type of the code's exception
	 * @param request what to lock
	 * @param body the code
	 * @return what the code returned, or empty if it did not run
	 * @throws X what the code threw
	 * @throws LockException as {@link LockRegistry#tryAcquire}, and
	 * {@link LockLostException}
	 */
	<T, X extends Throwable> Optional<T> tryExecute(LockRequest request, Body<T, X> body) throws X;

	/**
	 * Code that runs under a lock.
	 *
	 * @param <T> the type of the result
	 * @param <X> the type of the exception
	 */
	@FunctionalInterface
	interface Body<T extends @Nullable Object, X extends Throwable> {

		/**
		 * Run the code.
		 * @param lease the lease it runs under
		 * @return the result
		 * @throws X if it fails
		 */
		T run(LockLease lease) throws X;

	}

}
