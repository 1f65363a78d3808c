package dev.distributedlock.observation;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.ReentrantLock;

import com.google.errorprone.annotations.concurrent.GuardedBy;

/**
 * Keeps what is recorded before a meter registry is bound, since timers and counters
 * without a registry forget. Bounded: an application without any registry must not pay
 * for it with memory.
 */
final class EventBuffer {

	private static final int CAPACITY = 1000;

	private final ReentrantLock lock = new ReentrantLock();

	@GuardedBy("lock")
	private final Queue<Runnable> events = new ArrayDeque<>();

	private volatile boolean open;

	/**
	 * Return whether events can be recorded at once.
	 * @return whether {@link #open()} was called
	 */
	boolean isOpen() {
		return this.open;
	}

	/**
	 * Keep an event, or drop it if there are too many.
	 * @param event records the event
	 * @return {@code false} if the buffer was opened meanwhile, so that the caller must
	 * record the event itself
	 */
	boolean keep(Runnable event) {
		this.lock.lock();
		try {
			if (this.open) {
				return false;
			}
			if (this.events.size() < CAPACITY) {
				this.events.add(event);
			}
			return true;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Record what was kept, and keep nothing from now on.
	 */
	void open() {
		this.lock.lock();
		try {
			this.open = true;
			this.events.forEach(Runnable::run);
			this.events.clear();
		}
		finally {
			this.lock.unlock();
		}
	}

}
