package dev.distributedlock.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.distributedlock.LockHolder;
import dev.distributedlock.LockKey;
import dev.distributedlock.LockLease;
import dev.distributedlock.LockListener;
import dev.distributedlock.LockMonitor;
import dev.distributedlock.LockOptions;
import dev.distributedlock.LockRegistry;
import dev.distributedlock.LockRequest;
import dev.distributedlock.LockSettings;
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
// at the store, and at the end a HeldLease on a Hold, which LeaseRenewer keeps alive and
// Engine hands on or releases. Everything between call and outcome is driven by answers
// of the store, by timers and by the release of the holder before; a blocking caller
// merely waits for the outcome, and its thread is woken by the completion of the future,
// which also publishes the hold to it.
public final class DefaultLockRegistry implements LockRegistry, LockMonitor, AutoCloseable {

	/** The largest number of times that a lock is handed on within a JVM. */
	public static final int MAX_PASSES = 1_000;

	/** The longest time that a lock stays with a JVM that does not use it. */
	public static final Duration MAX_KEEP = Duration.ofSeconds(1);

	private final Engine engine;

	private final Acquirer acquirer;

	private final Duration shutdownTimeout;

	private final AtomicBoolean closing = new AtomicBoolean();

	private DefaultLockRegistry(Builder builder) {
		Scheduler scheduler = Objects.requireNonNullElseGet(builder.scheduler,
				() -> TimelineScheduler.of(builder.ticker));
		this.engine = new Engine(builder.backend, builder.ticker, scheduler, builder.instance, builder.commandTimeout,
				builder.handOver(), new Listeners(builder.listeners));
		this.acquirer = new Acquirer(this.engine, builder.settings);
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
		Outcome outcome = this.acquirer.acquire(request);
		if (outcome instanceof Refused refused) {
			throw refused.exception().get();
		}
		return ((Granted) outcome).lease().attached();
	}

	@Override
	public Optional<LockLease> tryAcquire(LockRequest request) {
		Outcome outcome = this.acquirer.acquire(request);
		if (outcome instanceof Refused refused) {
			if (refused.busy()) {
				return Optional.empty();
			}
			throw refused.exception().get();
		}
		return Optional.of(((Granted) outcome).lease().attached());
	}

	@Override
	public CompletionStage<LockLease> acquireAsync(LockRequest request) {
		return this.acquirer.acquireAsync(request);
	}

	@Override
	public void requireSupport(LockRequest request) {
		this.acquirer.requireSupport(request);
	}

	@Override
	public List<Held> held() {
		return EngineSnapshot.held(this.engine);
	}

	@Override
	public List<Waiting> waiting() {
		return EngineSnapshot.waiting(this.engine);
	}

	@Override
	public Optional<LockHolder> findHolder(LockKey key) {
		return (this.engine.backend() instanceof HolderLookup lookup)
				? this.engine.calls().call(() -> lookup.holder(key)) : Optional.empty();
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

		private int maxPasses = 32;

		private Duration maxPassTime = Duration.ofMillis(10);

		private Duration keepFor = Duration.ZERO;

		private boolean barging;

		private boolean asynchronousRelease;

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
		 * Set how long a lock is handed on between threads of this JVM, which costs no
		 * round trip, before other JVMs get their turn; default 32 times or 10 ms,
		 * whichever comes first.
		 * @param maxPasses how often at most; 0 for never
		 * @param maxTime how long at most after the store granted the lock
		 * @return this
		 */
		public Builder handOver(int maxPasses, Duration maxTime) {
			if (maxPasses < 0 || maxPasses > MAX_PASSES) {
				throw new IllegalArgumentException(
						"'maxPasses' must be between 0 and " + MAX_PASSES + " but was " + maxPasses);
			}
			this.maxPasses = maxPasses;
			this.maxPassTime = positive(maxTime, "maxTime");
			return this;
		}

		/**
		 * Set how long a lock that is released while no other thread of this JVM waits
		 * stays with this JVM, so that a thread that comes meanwhile has it without a
		 * round trip; default zero, not at all. A store that
		 * {@linkplain dev.distributedlock.backend.WaitQueue queues} has it back at once
		 * when somebody else wants it. The price: a change of JVM costs a message more,
		 * an attempt elsewhere that does not wait may be refused for nothing, and after a
		 * crash the lock stays held until the end of its lease although nobody used it.
		 * @param keepFor the time, at most a second
		 * @return this
		 */
		public Builder keepFor(Duration keepFor) {
			if (keepFor.isNegative() || keepFor.compareTo(MAX_KEEP) > 0) {
				throw new IllegalArgumentException("'keepFor' must be between 0 and 1 s but was " + keepFor);
			}
			this.keepFor = keepFor;
			return this;
		}

		/**
		 * Set whether a thread that comes while the lock goes from one holder of this JVM
		 * to the next may take it past those who wait; default {@code false}. Saves the
		 * waking of a thread for most short sections. The price: no order within the JVM
		 * until the lock has been handed on as often as it may be, and longer waits.
		 * @param barging whether they may
		 * @return this
		 */
		public Builder barging(boolean barging) {
			this.barging = barging;
			return this;
		}

		/**
		 * Set whether {@link LockLease#close()} returns before the store has confirmed
		 * the release; default {@code false}. Saves a round trip. The lock is held longer
		 * by that, never shorter. The price: whoever is told that the work is done may
		 * still find it held; a lease that had been lost just before is reported to
		 * listeners only, not by an exception; and if the release gets lost it is
		 * repeated, or the lease ends it.
		 * @param asynchronousRelease whether it does
		 * @return this
		 */
		public Builder asynchronousRelease(boolean asynchronousRelease) {
			this.asynchronousRelease = asynchronousRelease;
			return this;
		}

		/**
		 * Set the clock; default the system's. A
		 * {@link dev.distributedlock.backend.Timeline} is asked for timers, too.
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

		private HandOver handOver() {
			return new HandOver(this.maxPasses, this.maxPassTime, this.keepFor, this.barging, this.asynchronousRelease);
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
