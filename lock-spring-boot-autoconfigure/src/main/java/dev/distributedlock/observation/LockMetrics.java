package dev.distributedlock.observation;

import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.distributedlock.LockDefinition;
import dev.distributedlock.LockException;
import dev.distributedlock.LockLease;
import dev.distributedlock.LockListener;
import dev.distributedlock.LockLostEvent;
import dev.distributedlock.LockRequest;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Meters of the locks of this instance, tagged with the name of the lock and of the
 * store, never with a key.
 * <table>
 * <caption>Meters</caption>
 * <tr>
 * <th>name</th>
 * <th>type</th>
 * <th>tag beside {@code lock.name} and {@code lock.backend}</th>
 * </tr>
 * <tr>
 * <td>{@code distributed.lock.acquire}</td>
 * <td>timer: from the call to its outcome</td>
 * <td>{@code outcome} = acquired, timeout, interrupted, error, shutdown, bypassed</td>
 * </tr>
 * <tr>
 * <td>{@code distributed.lock.hold}</td>
 * <td>timer: from the grant to its end</td>
 * <td>{@code outcome} = released, lost, unconfirmed</td>
 * </tr>
 * <tr>
 * <td>{@code distributed.lock.active}</td>
 * <td>gauge: grants held now</td>
 * <td></td>
 * </tr>
 * <tr>
 * <td>{@code distributed.lock.waiting}</td>
 * <td>gauge: acquisitions waiting now</td>
 * <td></td>
 * </tr>
 * <tr>
 * <td>{@code distributed.lock.lost}</td>
 * <td>counter</td>
 * <td>{@code reason} = expired, not_held, shutdown</td>
 * </tr>
 * <tr>
 * <td>{@code distributed.lock.renewals}</td>
 * <td>counter</td>
 * <td>{@code outcome} = success, failure</td>
 * </tr>
 * </table>
 * <p>
 * All series of a name are registered together, with zeros: those of the declared names
 * when a meter registry is bound, those of other names on their first event. What happens
 * before a registry is bound is kept and recorded then. At most {@value #MAX_NAMES} names
 * get series of their own; further ones share those of {@value #OVERFLOW_NAME}.
 * <p>
 * Thread-safe. Keeps its counts itself and asks no other part of the library, so that the
 * lock registry can depend on it.
 */
public final class LockMetrics implements LockListener, MeterBinder {

	/** The number of names that get series of their own. */
	public static final int MAX_NAMES = 1000;

	/** The name that stands for all names beyond {@value #MAX_NAMES}. */
	public static final String OVERFLOW_NAME = "other";

	private static final Logger logger = LoggerFactory.getLogger(LockMetrics.class);

	private final UnaryOperator<String> backends;

	private final Supplier<? extends Collection<String>> declaredNames;

	private final ConcurrentMap<String, NameMeters> meters = new ConcurrentHashMap<>();

	private final ReentrantLock registration = new ReentrantLock();

	private final EventBuffer early = new EventBuffer();

	// Boot binds one registry or several.
	@GuardedBy("registration")
	private final Set<MeterRegistry> registries = Collections.newSetFromMap(new IdentityHashMap<>());

	@GuardedBy("registration")
	private boolean warned;

	/**
	 * Create meters that are not bound yet.
	 * @param backend the name of the store
	 * @param declaredNames gives the names to register at start-up; asked whenever a
	 * registry is bound
	 */
	public LockMetrics(String backend, Supplier<? extends Collection<String>> declaredNames) {
		this((name) -> backend, declaredNames);
	}

	/**
	 * Create meters that are not bound yet, of locks in several stores.
	 * @param backends gives the store of a lock by its name
	 * @param declaredNames gives the names to register at start-up; asked whenever a
	 * registry is bound
	 */
	public LockMetrics(UnaryOperator<String> backends, Supplier<? extends Collection<String>> declaredNames) {
		this.backends = Objects.requireNonNull(backends, "'backends' must not be null");
		this.declaredNames = Objects.requireNonNull(declaredNames, "'declaredNames' must not be null");
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		this.registration.lock();
		try {
			if (this.registries.add(registry)) {
				this.meters.values().forEach((meters) -> meters.bindTo(registry));
			}
		}
		finally {
			this.registration.unlock();
		}
		registerDeclaredNames();
		this.early.open();
	}

	/**
	 * Register the series of the names that are declared by now.
	 */
	public void registerDeclaredNames() {
		this.declaredNames.get().forEach(this::metersOf);
	}

	@Override
	public void waitStarted(LockRequest request) {
		metersOf(request.name()).waiting().increment();
	}

	@Override
	public void waitEnded(LockRequest request) {
		metersOf(request.name()).waiting().decrement();
	}

	@Override
	public void acquired(LockLease lease, Duration waited) {
		NameMeters meters = metersOf(lease.name());
		meters.active().increment();
		if (this.early.isOpen() || !this.early.keep(() -> meters.acquire(AcquireOutcome.ACQUIRED, waited))) {
			meters.acquire(AcquireOutcome.ACQUIRED, waited);
		}
	}

	@Override
	public void notAcquired(LockRequest request, LockException failure, Duration waited) {
		NameMeters meters = metersOf(request.name());
		AcquireOutcome outcome = AcquireOutcome.of(failure);
		if (this.early.isOpen() || !this.early.keep(() -> meters.acquire(outcome, waited))) {
			meters.acquire(outcome, waited);
		}
	}

	@Override
	public void bypassed(LockDefinition lock) {
		NameMeters meters = metersOf(lock.name());
		if (this.early.isOpen() || !this.early.keep(() -> meters.acquire(AcquireOutcome.BYPASSED, Duration.ZERO))) {
			meters.acquire(AcquireOutcome.BYPASSED, Duration.ZERO);
		}
	}

	@Override
	public void renewed(LockLease lease) {
		renewal(lease, true);
	}

	@Override
	public void renewalFailed(LockLease lease, Throwable failure) {
		renewal(lease, false);
	}

	@Override
	public void lost(LockLostEvent event) {
		NameMeters meters = metersOf(event.name());
		if (this.early.isOpen() || !this.early.keep(() -> meters.lost(event.reason()))) {
			meters.lost(event.reason());
		}
	}

	@Override
	public void ended(LockLease lease, Duration held, Outcome outcome) {
		NameMeters meters = metersOf(lease.name());
		meters.active().decrement();
		if (this.early.isOpen() || !this.early.keep(() -> meters.hold(outcome, held))) {
			meters.hold(outcome, held);
		}
	}

	private void renewal(LockLease lease, boolean success) {
		NameMeters meters = metersOf(lease.name());
		if (this.early.isOpen() || !this.early.keep(() -> meters.renewal(success))) {
			meters.renewal(success);
		}
	}

	private NameMeters metersOf(String name) {
		NameMeters known = this.meters.get(name);
		if (known != null) {
			return known;
		}
		NameMeters overflow = (this.meters.size() > MAX_NAMES) ? this.meters.get(OVERFLOW_NAME) : null;
		return (overflow != null) ? overflow : register(name);
	}

	private NameMeters register(String name) {
		this.registration.lock();
		try {
			String admitted = admit(name);
			NameMeters known = this.meters.get(admitted);
			if (known != null) {
				return known;
			}
			NameMeters created = new NameMeters(admitted, this.backends.apply(admitted));
			this.registries.forEach(created::bindTo);
			this.meters.put(admitted, created);
			return created;
		}
		finally {
			this.registration.unlock();
		}
	}

	@GuardedBy("registration")
	private String admit(String name) {
		if (this.meters.containsKey(name) || this.meters.size() < MAX_NAMES) {
			return name;
		}
		if (!this.warned) {
			this.warned = true;
			logger.warn(
					"More than {} names of locks: lock '{}' and later ones share the meters of '{}'. "
							+ "Put what varies into the key of a lock, not into its name",
					MAX_NAMES, name, OVERFLOW_NAME);
		}
		return OVERFLOW_NAME;
	}

}
