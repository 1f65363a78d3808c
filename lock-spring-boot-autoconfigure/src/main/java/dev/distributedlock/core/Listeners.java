package dev.distributedlock.core;

import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import dev.distributedlock.LockListener;
import dev.distributedlock.LockLostEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls listeners so that they can do no harm: what they throw is logged, and those of
 * single leases run on a thread of their own, started when first needed.
 */
final class Listeners implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(Listeners.class);

	private final List<LockListener> registered;

	private final ThreadPoolExecutor lossThread;

	Listeners(List<LockListener> registered) {
		this.registered = List.copyOf(registered);
		this.lossThread = new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), (task) -> {
			Thread thread = new Thread(task, "distributed-lock-events");
			thread.setDaemon(true);
			return thread;
		});
		this.lossThread.allowCoreThreadTimeOut(true);
	}

	/** Call all registered listeners, on the calling thread. */
	void tell(Consumer<LockListener> event) {
		for (LockListener listener : this.registered) {
			runSafely(() -> event.accept(listener));
		}
	}

	/** Tell a holder that it lost its lock, on the thread for this. */
	void tellLoss(Hold.LossListener listener, LockLostEvent loss) {
		try {
			this.lossThread.execute(() -> {
				if (!listener.lease().closed()) {
					runSafely(() -> listener.listener().accept(loss));
				}
			});
		}
		catch (RejectedExecutionException ex) {
			logger.debug("The registry is closed: the loss of '{}' is not told any more", loss.name());
		}
	}

	private static void runSafely(Runnable call) {
		try {
			call.run();
		}
		catch (RuntimeException | Error ex) {
			logger.warn("A lock listener failed; the lock is not affected", ex);
		}
	}

	@Override
	public void close() {
		this.lossThread.shutdown();
	}

}
