package dev.distributedlock.test;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.distributedlock.LockBackendException;
import org.jspecify.annotations.Nullable;

/**
 * What goes wrong between the application and the store.
 */
final class StoreTrouble {

	private final ReentrantLock mutex = new ReentrantLock();

	@GuardedBy("mutex")
	private final Map<StoreOperation, Deque<Kind>> planned = new EnumMap<>(StoreOperation.class);

	@GuardedBy("mutex")
	private boolean cutOff;

	void next(StoreOperation operation, Kind kind, int times) {
		this.mutex.lock();
		try {
			for (int i = 0; i < times; i++) {
				this.planned.computeIfAbsent(operation, (key) -> new ArrayDeque<>()).add(kind);
			}
		}
		finally {
			this.mutex.unlock();
		}
	}

	void cutOff(boolean cutOff) {
		this.mutex.lock();
		try {
			this.cutOff = cutOff;
		}
		finally {
			this.mutex.unlock();
		}
	}

	boolean isCutOff() {
		this.mutex.lock();
		try {
			return this.cutOff;
		}
		finally {
			this.mutex.unlock();
		}
	}

	void clear() {
		this.mutex.lock();
		try {
			this.planned.clear();
			this.cutOff = false;
		}
		finally {
			this.mutex.unlock();
		}
	}

	/** Have the store do something, or not. */
	<T> CompletionStage<T> around(Supplier<CompletionStage<T>> command, StoreOperation... operations) {
		if (isCutOff()) {
			return failed("The store cannot be reached: the test has cut it off", true);
		}
		for (StoreOperation operation : operations) {
			Kind kind = poll(operation);
			if (kind == Kind.REFUSED) {
				return failed("The store refuses to " + operation + ": the test has asked for that", false);
			}
			if (kind == Kind.REPLY_LOST) {
				return command.get()
					.thenCompose((done) -> failed("The answer to " + operation
							+ " was lost after the store did it: the test has asked for that", true));
			}
		}
		return command.get();
	}

	private @Nullable Kind poll(StoreOperation operation) {
		this.mutex.lock();
		try {
			Deque<Kind> kinds = this.planned.get(operation);
			return (kinds != null) ? kinds.poll() : null;
		}
		finally {
			this.mutex.unlock();
		}
	}

	private static <T> CompletionStage<T> failed(String message, boolean retryable) {
		return CompletableFuture.failedStage(new LockBackendException(message, null, retryable));
	}

	/** How an operation fails. */
	enum Kind {

		/** The store does not do it, and would not if it were asked again. */
		REFUSED,

		/** The store does it, but nobody hears of that. */
		REPLY_LOST

	}

}
