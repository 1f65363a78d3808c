package dev.distributedlock.backend.tck;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import dev.distributedlock.LockKey;
import dev.distributedlock.backend.AcquireCommand;
import dev.distributedlock.backend.AcquireResult;
import dev.distributedlock.backend.LockBackend;

/**
 * What is under test, and the words the contracts are written in.
 */
public interface BackendSubject {

	/** A lease that no test outlives. */
	Duration LONG = Duration.ofSeconds(60);

	/** A lease that a test waits for. */
	Duration SHORT = Duration.ofMillis(400);

	/**
	 * Return the backend of the test, always the same in one test.
	 * @return the backend
	 */
	LockBackend backend();

	/**
	 * Return the backend of another instance on the same store.
	 * @return the backend, always the same in one test
	 */
	LockBackend otherInstance();

	/**
	 * Return a look into the store that bypasses the backend.
	 * @return the view
	 */
	StoreView store();

	/**
	 * Return how long to wait for what must happen at some time, on a loaded machine.
	 * @return the time
	 */
	default Duration patience() {
		return Duration.ofSeconds(20);
	}

	/**
	 * Return a key that no other test uses.
	 * @return the key
	 */
	default LockKey newKey() {
		return LockKey.of("tck", UUID.randomUUID());
	}

	/**
	 * Return an owner that no other test uses.
	 * @return the owner
	 */
	default String newOwner() {
		return UUID.randomUUID().toString();
	}

	/**
	 * Attempt to acquire.
	 * @param key the lock
	 * @param owner the owner
	 * @param lease the lease
	 * @return the result
	 */
	default AcquireResult attempt(LockKey key, String owner, Duration lease) {
		return await(backend().acquire(new AcquireCommand(key, owner, "instance-1", lease, false)));
	}

	/**
	 * Acquire, which must succeed.
	 * @param key the lock
	 * @param owner the owner
	 * @param lease the lease
	 * @return the token
	 */
	default long acquire(LockKey key, String owner, Duration lease) {
		AcquireResult result = attempt(key, owner, lease);
		if (result instanceof AcquireResult.Acquired acquired) {
			return acquired.token();
		}
		throw new AssertionError("Not acquired: " + result);
	}

	/**
	 * Wait for a stage of the backend.
	 * @param stage the stage
	 * @param <T> the type of its value
	 * @return the value
	 */
	default <T> T await(CompletionStage<T> stage) {
		try {
			return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof RuntimeException cause) {
				throw cause;
			}
			throw new AssertionError(ex);
		}
		catch (TimeoutException ex) {
			throw new AssertionError("The stage does not complete", ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new AssertionError(ex);
		}
	}

}
