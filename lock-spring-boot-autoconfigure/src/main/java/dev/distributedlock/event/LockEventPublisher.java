package dev.distributedlock.event;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;

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
		if (isHeard(LockAcquiredEvent.class)) {
			this.delivery.send(new LockAcquiredEvent(lease.name(), lease.key(), lease.token(), waited));
		}
	}

	@Override
	public void notAcquired(LockRequest request, LockException failure, Duration waited) {
		if (isHeard(LockNotAcquiredEvent.class)) {
			this.delivery.send(new LockNotAcquiredEvent(request.name(), request.key(), waited, failure));
		}
	}

	@Override
	public void renewalFailed(LockLease lease, Throwable failure) {
		if (isHeard(LockRenewalFailedEvent.class)) {
			this.delivery
				.send(new LockRenewalFailedEvent(lease.name(), lease.key(), lease.token(), lease.remaining(), failure));
		}
	}

	@Override
	public void lost(LockLostEvent event) {
		if (isHeard(LockLostEvent.class)) {
			this.delivery.send(event);
		}
	}

	@Override
	public void ended(LockLease lease, Duration held, Outcome outcome) {
		if (outcome != Outcome.LOST && isHeard(LockReleasedEvent.class)) {
			this.delivery.send(
					new LockReleasedEvent(lease.name(), lease.key(), lease.token(), held, outcome == Outcome.RELEASED));
		}
	}

	private boolean isHeard(Class<?> type) {
		return this.heard.contains(type);
	}

	@Override
	public void close() {
		this.delivery.close();
	}

}
