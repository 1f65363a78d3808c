package dev.distributedlock.event;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

import dev.distributedlock.LockException;
import dev.distributedlock.LockLease;
import dev.distributedlock.LockListener;
import dev.distributedlock.LockLostEvent;
import dev.distributedlock.LockRequest;

import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextRefreshedEvent;

/**
 * Publishes what happens to locks as application events, if somebody listens to them.
 * <p>
 * Who listens is found out when the context is complete. Until then nobody can be told:
 * events of that time are not delivered. A listener that is added to the running context
 * is told of those types of events that another one listened to at the start.
 */
public final class LockEventPublisher
		implements LockListener, ApplicationListener<ContextRefreshedEvent>, AutoCloseable {

	private static final Collection<Class<?>> TYPES = List.of(LockAcquiredEvent.class, LockNotAcquiredEvent.class,
			LockReleasedEvent.class, LockRenewalFailedEvent.class, LockLostEvent.class);

	private final ApplicationContext context;

	private final EventDelivery delivery;

	private volatile Set<Class<?>> heard = Set.of();

	/**
	 * Create a publisher.
	 * @param context where the events are published
	 */
	public LockEventPublisher(ApplicationContext context) {
		this.context = context;
		this.delivery = new EventDelivery(context);
	}

	@Override
	public void onApplicationEvent(ContextRefreshedEvent event) {
		// Not that of a child, of which this is told as well.
		if (event.getApplicationContext() == this.context) {
			this.heard = Audience.of(this.context, TYPES);
		}
	}

	@Override
	public void acquired(LockLease lease, Duration waited) {
		publish(LockAcquiredEvent.class, () -> new LockAcquiredEvent(lease.name(), lease.key(), lease.token(), waited));
	}

	@Override
	public void notAcquired(LockRequest request, LockException failure, Duration waited) {
		publish(LockNotAcquiredEvent.class,
				() -> new LockNotAcquiredEvent(request.name(), request.key(), waited, failure));
	}

	@Override
	public void renewalFailed(LockLease lease, Throwable failure) {
		publish(LockRenewalFailedEvent.class,
				() -> new LockRenewalFailedEvent(lease.name(), lease.key(), lease.token(), lease.remaining(), failure));
	}

	@Override
	public void lost(LockLostEvent event) {
		publish(LockLostEvent.class, () -> event);
	}

	@Override
	public void ended(LockLease lease, Duration held, Outcome outcome) {
		if (outcome != Outcome.LOST) {
			publish(LockReleasedEvent.class, () -> new LockReleasedEvent(lease.name(), lease.key(), lease.token(), held,
					outcome == Outcome.RELEASED));
		}
	}

	private void publish(Class<?> type, Supplier<Object> event) {
		if (this.heard.contains(type)) {
			this.delivery.send(event.get());
		}
	}

	@Override
	public void close() {
		this.delivery.close();
	}

}
