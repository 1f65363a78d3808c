package dev.distributedlock.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.distributedlock.LockContext;
import dev.distributedlock.LockException;
import dev.distributedlock.LockHolder;
import dev.distributedlock.LockInterruptedException;
import dev.distributedlock.LockKey;
import dev.distributedlock.LockLease;
import dev.distributedlock.LockListener;
import dev.distributedlock.LockMonitor;
import dev.distributedlock.LockOptions;
import dev.distributedlock.LockRegistry;
import dev.distributedlock.LockRequest;
import dev.distributedlock.LockSettings;
import dev.distributedlock.LockTimeoutException;
import dev.distributedlock.backend.HolderLookup;
import dev.distributedlock.backend.LockBackend;
import dev.distributedlock.backend.Ticker;
import dev.distributedlock.core.Outcome.Granted;
import dev.distributedlock.core.Outcome.Refused;
import org.jspecify.annotations.Nullable;

/**
 * The {@link LockRegistry} for every store.
 */
// The way of a call: re-entrant? else a new Acquisition: the line of this JVM, attempts
// at
// the store, and at the end a HeldLease on a Hold, which LeaseRenewer keeps alive and
// Engine releases. Everything between call and outcome is driven by answers of the store
// and by timers; a blocking caller merely waits for the outcome, and its thread is woken
// by
// the completion of the future, which also publishes the hold to it.
public final class DefaultLockRegistry implements LockRegistry, LockMonitor, AutoCloseable {

	private final Engine engine;

	private final LockSettings settings;

	private final Duration shutdownTimeout;

	private final AtomicBoolean closing = new AtomicBoolean();

	private DefaultLockRegistry(Builder builder) {
		Scheduler scheduler = Objects.requireNonNullElseGet(builder.scheduler, TimerThread::new);
		this.engine = new Engine(builder.backend, builder.ticker, scheduler, builder.instance, builder.commandTimeout,
				new Listeners(builder.listeners));
		this.settings = builder.settings;
		this.shutdownTimeout = builder.shutdownTimeout;
	}

	/**
	 * Start to build a registry.
	 * @param backend the store, which outlives the registry
	 * @return a builder with defaults
	 */
	public static Builder builder(LockBackend backend) {
		return new Builder(backend);
	}

	@Override
	public LockLease acquire(LockRequest request) {
		Outcome outcome = acquireBlocking(request);
		if (outcome instanceof Refused refused) {
			throw refused.exception().get();
		}
		return ((Granted) outcome).lease().attached();
	}

	@Override
	public Optional<LockLease> tryAcquire(LockRequest request) {
		Outcome outcome = acquireBlocking(request);
		if (outcome instanceof Refused refused) {
			if (refused.busy()) {
				return Optional.empty();
			}
			throw refused.exception().get();
		}
		return Optional.of(((Granted) outcome).lease().attached());
	}

	private Outcome acquireBlocking(LockRequest request) {
		LockOptions options = this.settings.resolve(request.name(), request.options());
		HeldLease nested = reenter(request, options);
		if (nested != null) {
			return new Granted(nested);
		}
		Deadline deadline = deadline(options);
		Acquisition acquisition;
		Outcome outcome;
		boolean expired;
		do {
			acquisition = new Acquisition(this.engine, request, options, deadline, Thread.currentThread());
			outcome = await(acquisition, deadline);
			expired = expiredInBetween(outcome);
		}
		while (expired && deadline.remaining() > 0);
		return report(acquisition, expired ? expired(request) : outcome);
	}

	@Override
	public CompletionStage<LockLease> acquireAsync(LockRequest request) {
		LockOptions options = this.settings.resolve(request.name(), request.options());
		HeldLease nested = reenter(request, options);
		if (nested != null) {
			return CompletableFuture.completedFuture(nested);
		}
		Deadline deadline = deadline(options);
		Acquisition acquisition = new Acquisition(this.engine, request, options, deadline, null);
		CompletableFuture<LockLease> result = new CompletableFuture<>();
		Scheduler.Task timeout = this.engine.scheduler()
			.after(deadline.remaining(), () -> acquisition.giveUp(acquisition.timeout()));
		CompletionStage<LockLease> cancellation = result;
		cancellation.whenComplete((lease, failure) -> {
			if (result.isCancelled()) {
				acquisition.giveUp(interrupted(request));
			}
		});
		acquisition.onOutcome((outcome) -> {
			timeout.cancel();
			// Not on the client's thread: the caller's continuation may block.
			result.defaultExecutor().execute(() -> complete(result, report(acquisition, outcome)));
		});
		acquisition.start();
		return result;
	}

	private static void complete(CompletableFuture<LockLease> result, Outcome outcome) {
		if (outcome instanceof Granted granted) {
			if (!result.complete(granted.lease())) {
				granted.lease().close();
			}
		}
		else {
			result.completeExceptionally(((Refused) outcome).exception().get());
		}
	}

	/** A further lease of what the current call context holds already. */
	private @Nullable HeldLease reenter(LockRequest request, LockOptions options) {
		LockLease outer = LockContext
			.find((lease) -> lease instanceof HeldLease held && held.belongsTo(this.engine)
					&& held.key().equals(request.key()))
			.orElse(null);
		if (!(outer instanceof HeldLease held) || !held.hold().retain()) {
			return null;
		}
		Hold hold = held.hold();
		HeldLease nested = new HeldLease(this.engine, hold);
		if (!hold.valid()) {
			// Throws: what was lost cannot be re-entered.
			nested.close();
		}
		hold.raise(Objects.requireNonNull(options.leaseTime()), Objects.requireNonNull(options.renew()));
		this.engine.raised(hold);
		return nested;
	}

	private Deadline deadline(LockOptions options) {
		Duration waitTime = Objects.requireNonNull(options.waitTime());
		// A single try is no wait, but its answer needs time.
		return Deadline.after(this.engine.ticker(), waitTime.isZero() ? this.engine.commandTimeout() : waitTime);
	}

	private static Outcome await(Acquisition acquisition, Deadline deadline) {
		if (Thread.currentThread().isInterrupted()) {
			return interrupted(acquisition.request());
		}
		acquisition.start();
		try {
			return acquisition.outcome().get(deadline.remaining(), TimeUnit.NANOSECONDS);
		}
		catch (TimeoutException ex) {
			acquisition.giveUp(acquisition.timeout());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			acquisition.giveUp(interrupted(acquisition.request()));
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException(ex.getCause());
		}
		// A grant that was faster than the giving up is kept.
		return acquisition.outcome().join();
	}

	private static Refused interrupted(LockRequest request) {
		return new Refused(/* busy= */ false, () -> new LockInterruptedException(
				"Interrupted while waiting for lock '" + request.key() + "'; it was not acquired"));
	}

	/** The caller's thread was paused for longer than the lease before it got here. */
	private boolean expiredInBetween(Outcome outcome) {
		if (outcome instanceof Granted granted && !granted.lease().isValid()) {
			this.engine.discard(granted.lease().hold());
			return true;
		}
		return false;
	}

	private static Refused expired(LockRequest request) {
		return new Refused(/* busy= */ true, () -> new LockTimeoutException("Lock '" + request.key()
				+ "' was granted, but its lease had passed before the caller could run; it was given back"));
	}

	private Outcome report(Acquisition acquisition, Outcome outcome) {
		Duration waited = acquisition.waited();
		if (outcome instanceof Granted granted) {
			this.engine.listeners().tell((listener) -> listener.acquired(granted.lease(), waited));
			return granted;
		}
		Refused refused = (Refused) outcome;
		LockException failure = refused.exception().get();
		this.engine.listeners().tell((listener) -> listener.notAcquired(acquisition.request(), failure, waited));
		return new Refused(refused.busy(), () -> failure);
	}

	@Override
	public List<Held> held() {
		return this.engine.holds()
			.stream()
			.map(DefaultLockRegistry::describe)
			.sorted(Comparator.comparing(Held::heldFor).reversed())
			.toList();
	}

	private static Held describe(Hold hold) {
		State state = (hold.loss() != null || hold.remaining() <= 0) ? State.LOST
				: hold.suspect() ? State.SUSPECT : State.HELD;
		return new Held(hold.request().name(), hold.key(), hold.token(), state, name(hold.thread()), hold.heldFor(),
				Duration.ofNanos(Math.max(0, hold.remaining())));
	}

	private static String name(@Nullable Thread thread) {
		return (thread != null) ? thread.getName() : "";
	}

	@Override
	public List<Waiting> waiting() {
		return this.engine.lines()
			.members()
			.stream()
			.filter(Acquisition::isWaiting)
			.map((waiter) -> new Waiting(waiter.request().name(), waiter.key(), name(waiter.thread()), waiter.waited()))
			.sorted(Comparator.comparing(Waiting::waitingFor).reversed())
			.toList();
	}

	@Override
	public Optional<LockHolder> findHolder(LockKey key) {
		return (this.engine.backend() instanceof HolderLookup lookup)
				? this.engine.await(this.engine.safely(() -> lookup.holder(key))) : Optional.empty();
	}

	/**
	 * End the registry: it grants nothing more, those who wait get a
	 * {@link dev.distributedlock.LockShutdownException}, and holders have the shutdown
	 * time-out to finish before their locks are taken from them and released. Blocks
	 * until then; closing again does nothing. Does not close the store.
	 */
	@Override
	public void close() {
		if (this.closing.compareAndSet(false, true)) {
			new Shutdown(this.engine, this.shutdownTimeout).run();
		}
	}

	Engine engine() {
		return this.engine;
	}

	/** Builds a {@link DefaultLockRegistry}. */
	public static final class Builder {

		private final LockBackend backend;

		private final List<LockListener> listeners = new ArrayList<>();

		private LockSettings settings = new LockSettings(LockOptions.NONE, Map.of());

		private String instance = "unnamed";

		private Duration commandTimeout = Duration.ofSeconds(2);

		private Duration shutdownTimeout = Duration.ofSeconds(10);

		private Ticker ticker = Ticker.system();

		private @Nullable Scheduler scheduler;

		private Builder(LockBackend backend) {
			this.backend = Objects.requireNonNull(backend, "'backend' must not be null");
		}

		/**
		 * Set the options of locks by name; default: the built-in ones for all.
		 * @param settings the settings
		 * @return this
		 */
		public Builder settings(LockSettings settings) {
			this.settings = Objects.requireNonNull(settings, "'settings' must not be null");
			return this;
		}

		/**
		 * Set the name of this instance that operators see; default {@code unnamed}.
		 * @param instance the name
		 * @return this
		 */
		public Builder instance(String instance) {
			this.instance = Objects.requireNonNull(instance, "'instance' must not be null");
			return this;
		}

		/**
		 * Set how long one answer of the store is waited for; default 2 s.
		 * @param commandTimeout the time
		 * @return this
		 */
		public Builder commandTimeout(Duration commandTimeout) {
			this.commandTimeout = positive(commandTimeout, "commandTimeout");
			return this;
		}

		/**
		 * Set how long {@link DefaultLockRegistry#close()} waits for holders; default 10
		 * s.
		 * @param shutdownTimeout the time
		 * @return this
		 */
		public Builder shutdownTimeout(Duration shutdownTimeout) {
			this.shutdownTimeout = Objects.requireNonNull(shutdownTimeout, "'shutdownTimeout' must not be null");
			return this;
		}

		/**
		 * Set the clock; default the system's.
		 * @param ticker the clock
		 * @return this
		 */
		public Builder ticker(Ticker ticker) {
			this.ticker = Objects.requireNonNull(ticker, "'ticker' must not be null");
			return this;
		}

		/**
		 * Add a listener.
		 * @param listener the listener
		 * @return this
		 */
		public Builder listener(LockListener listener) {
			this.listeners.add(Objects.requireNonNull(listener, "'listener' must not be null"));
			return this;
		}

		Builder scheduler(Scheduler scheduler) {
			this.scheduler = scheduler;
			return this;
		}

		/**
		 * Build the registry.
		 * @return the registry, to be closed
		 */
		public DefaultLockRegistry build() {
			return new DefaultLockRegistry(this);
		}

		private static Duration positive(Duration duration, String name) {
			if (duration.isZero() || duration.isNegative()) {
				throw new IllegalArgumentException("'" + name + "' must be positive but was " + duration);
			}
			return duration;
		}

	}

}
