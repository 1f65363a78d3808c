package dev.distributedlock.core;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;

import dev.distributedlock.LockBackendException;
import dev.distributedlock.LockHolder;
import dev.distributedlock.LockKey;
import dev.distributedlock.backend.AcquireCommand;
import dev.distributedlock.backend.AcquireResult;
import dev.distributedlock.backend.HolderLookup;
import dev.distributedlock.backend.LockBackend;
import dev.distributedlock.backend.SharedGrants;
import dev.distributedlock.backend.WaitQueue;
import dev.distributedlock.backend.memory.InMemoryLockBackend;

/**
 * The store in memory behind a bad line: a test plans for the next commands whether they
 * or their answers get lost, are held back, or are refused.
 */
final class FaultyBackend implements LockBackend, WaitQueue, SharedGrants, HolderLookup {

	enum Operation {

		ACQUIRE, EXCHANGE, RENEW, RELEASE

	}

	enum Fault {

		/** The command does not reach the store; the client reports a time-out. */
		REQUEST_LOST,

		/** The store did it, but the client reports a time-out. */
		REPLY_LOST,

		/** The store did it; the answer waits until {@link #deliver()}. */
		REPLY_HELD_BACK,

		/** The command waits until {@link #deliver()}, then the store does it. */
		REQUEST_HELD_BACK,

		/** The client reports a time-out; the store does it at {@link #deliver()}. */
		REQUEST_LATE,

		/** The store refuses, and will refuse again. */
		REFUSED

	}

	private final InMemoryLockBackend store;

	private final Map<Operation, Deque<Fault>> plan = new EnumMap<>(Operation.class);

	private final Map<Operation, Fault> always = new EnumMap<>(Operation.class);

	private final List<Runnable> heldBack = new ArrayList<>();

	private final List<String> log = new ArrayList<>();

	private boolean dropSignals;

	private boolean holdSignalsBack;

	FaultyBackend(InMemoryLockBackend store) {
		this.store = store;
		for (Operation operation : Operation.values()) {
			this.plan.put(operation, new ArrayDeque<>());
		}
	}

	synchronized void next(Operation operation, Fault... faults) {
		this.plan.get(operation).addAll(List.of(faults));
	}

	synchronized void always(Operation operation, Fault fault) {
		this.always.put(operation, fault);
	}

	synchronized void heal() {
		this.always.clear();
	}

	synchronized void dropSignals() {
		this.dropSignals = true;
	}

	/** Messages of grants come with {@link #deliver()}. */
	synchronized void holdSignalsBack() {
		this.holdSignalsBack = true;
	}

	/** Let everything that was held back happen now. */
	void deliver() {
		List<Runnable> due;
		synchronized (this) {
			due = List.copyOf(this.heldBack);
			this.heldBack.clear();
		}
		due.forEach(Runnable::run);
	}

	synchronized List<String> log() {
		return List.copyOf(this.log);
	}

	synchronized long count(Operation operation) {
		return this.log.stream().filter(operation.name()::equals).count();
	}

	@Override
	public String name() {
		return "faulty";
	}

	@Override
	public CompletionStage<AcquireResult> acquire(AcquireCommand command) {
		return run(Operation.ACQUIRE, () -> this.store.acquire(command));
	}

	@Override
	public CompletionStage<Exchange> exchange(String previous, AcquireCommand next) {
		return run(Operation.EXCHANGE, () -> this.store.exchange(previous, next));
	}

	@Override
	public CompletionStage<Boolean> renew(LockKey key, String owner, Duration lease) {
		return run(Operation.RENEW, () -> this.store.renew(key, owner, lease));
	}

	@Override
	public CompletionStage<Boolean> release(LockKey key, String owner) {
		return run(Operation.RELEASE, () -> this.store.release(key, owner));
	}

	@Override
	public Subscription subscribe(Listener listener) {
		return this.store.subscribe(new Listener() {

			@Override
			public void granted(Grant grant) {
				synchronized (FaultyBackend.this) {
					if (FaultyBackend.this.holdSignalsBack) {
						FaultyBackend.this.heldBack.add(() -> listener.granted(grant));
						return;
					}
				}
				if (!FaultyBackend.this.dropSignals) {
					listener.granted(grant);
				}
			}

			@Override
			public void wanted(LockKey key) {
				if (!FaultyBackend.this.dropSignals) {
					listener.wanted(key);
				}
			}

			@Override
			public void resumed() {
				listener.resumed();
			}

		});
	}

	@Override
	public CompletionStage<Optional<LockHolder>> holder(LockKey key) {
		return this.store.holder(key);
	}

	private <T> CompletionStage<T> run(Operation operation, Supplier<CompletionStage<T>> command) {
		Fault fault;
		synchronized (this) {
			this.log.add(operation.name());
			Fault planned = this.plan.get(operation).poll();
			fault = (planned != null) ? planned : this.always.get(operation);
		}
		if (fault == null) {
			return command.get();
		}
		return switch (fault) {
			case REQUEST_LOST -> CompletableFuture.failedStage(timeout());
			case REFUSED -> CompletableFuture.failedStage(
					new LockBackendException("refused by test", null, /* retryable= */ false));
			case REQUEST_LATE -> {
				heldBack((answer) -> command.get().thenAccept(answer));
				yield CompletableFuture.failedStage(timeout());
			}
			case REPLY_LOST -> command.get().thenCompose((done) -> CompletableFuture.failedStage(timeout()));
			case REPLY_HELD_BACK -> heldBack(command.get()::thenAccept);
			case REQUEST_HELD_BACK -> heldBack((answer) -> command.get().thenAccept(answer));
		};
	}

	/** An answer that comes when the test has it delivered. */
	private synchronized <T> CompletionStage<T> heldBack(Consumer<Consumer<T>> delivery) {
		CompletableFuture<T> late = new CompletableFuture<>();
		this.heldBack.add(() -> delivery.accept(late::complete));
		return late;
	}

	private static LockBackendException timeout() {
		return new LockBackendException("no answer (planned by test)", null,
				/* retryable= */ true);
	}

}
