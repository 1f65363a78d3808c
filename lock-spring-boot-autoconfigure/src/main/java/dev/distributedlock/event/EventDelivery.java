package dev.distributedlock.event;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.ApplicationEventPublisher;

/**
 * Brings events to their listeners, in order and on one thread, which is there only while
 * there is something to bring. A queue that is full, because listeners are too slow,
 * takes no more.
 */
final class EventDelivery implements AutoCloseable {

	static final int CAPACITY = 10_000;

	private static final Logger logger = LoggerFactory.getLogger(EventDelivery.class);

	private final ApplicationEventPublisher publisher;

	private final ThreadPoolExecutor thread;

	private final AtomicLong dropped = new AtomicLong();

	EventDelivery(ApplicationEventPublisher publisher) {
		this.publisher = publisher;
		this.thread = new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(CAPACITY),
				(task) -> {
					Thread thread = new Thread(task, "distributed-lock-application-events");
					thread.setDaemon(true);
					return thread;
				}, (task, executor) -> drop(executor));
		this.thread.allowCoreThreadTimeOut(true);
	}

	/** Bring an event to its listeners, later. */
	void send(Object event) {
		this.thread.execute(() -> deliver(event));
	}

	private void deliver(Object event) {
		try {
			this.publisher.publishEvent(event);
		}
		// Listeners may throw anything; the next event is to be delivered all the same.
		catch (RuntimeException | Error ex) {
			logger.warn("A listener of a {} failed; the lock is not affected", event.getClass().getSimpleName(), ex);
		}
	}

	private void drop(ThreadPoolExecutor executor) {
		// Each power of two: often enough to see it, too seldom to fill the log.
		long count = this.dropped.incrementAndGet();
		if (!executor.isShutdown() && Long.bitCount(count) == 1) {
			logger.warn("{} event(s) of locks were not delivered, as {} others wait for listeners that are too slow. "
					+ "The locks are not affected", count, CAPACITY);
		}
	}

	/** Deliver what has been sent, for a second at most, and nothing after that. */
	@Override
	public void close() {
		this.thread.shutdown();
		try {
			if (!this.thread.awaitTermination(1, TimeUnit.SECONDS)) {
				this.thread.shutdownNow();
			}
		}
		catch (InterruptedException ex) {
			this.thread.shutdownNow();
			Thread.currentThread().interrupt();
		}
	}

}
