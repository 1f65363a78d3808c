package dev.distributedlock.test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.distributedlock.LockException;
import dev.distributedlock.LockLease;
import dev.distributedlock.LockListener;
import dev.distributedlock.LockRequest;
import org.jspecify.annotations.Nullable;

/**
 * What the application did with its locks since the last reset.
 */
final class LockHistory implements LockListener {

	private final ReentrantLock mutex = new ReentrantLock();

	@GuardedBy("mutex")
	private final List<Entry> entries = new ArrayList<>();

	private final List<LockRefusal> refusals = new CopyOnWriteArrayList<>();

	private final List<LockRequest> waiting = new CopyOnWriteArrayList<>();

	@Override
	public void waitStarted(LockRequest request) {
		this.waiting.add(request);
	}

	@Override
	public void waitEnded(LockRequest request) {
		this.waiting.remove(request);
	}

	@Override
	public void acquired(LockLease lease, Duration waited) {
		this.mutex.lock();
		try {
			this.entries.add(new Entry(lease, Thread.currentThread(), waited));
		}
		finally {
			this.mutex.unlock();
		}
	}

	@Override
	public void notAcquired(LockRequest request, LockException failure, Duration waited) {
		this.refusals.add(new LockRefusal(request.name(), request.key(), failure, waited));
	}

	@Override
	public void ended(LockLease lease, Duration held, Outcome outcome) {
		this.mutex.lock();
		try {
			this.entries.stream().filter((entry) -> entry.isOf(lease)).forEach((entry) -> entry.outcome = outcome);
		}
		finally {
			this.mutex.unlock();
		}
	}

	List<LockUse> uses() {
		this.mutex.lock();
		try {
			return this.entries.stream().map(Entry::use).toList();
		}
		finally {
			this.mutex.unlock();
		}
	}

	List<LockRefusal> refusals() {
		return List.copyOf(this.refusals);
	}

	List<LockRequest> waiting() {
		return List.copyOf(this.waiting);
	}

	/** The leases of what is held, those of nested acquisitions left out. */
	List<LockLease> leases() {
		this.mutex.lock();
		try {
			return this.entries.stream().filter(Entry::isHeld).map((entry) -> entry.lease).toList();
		}
		finally {
			this.mutex.unlock();
		}
	}

	/** What is held and will not be released: by a thread that is over, or by this. */
	List<LockLease> forgotten() {
		this.mutex.lock();
		try {
			return this.entries.stream()
				.filter((entry) -> entry.isHeld()
						&& (entry.thread == Thread.currentThread() || !entry.thread.isAlive()))
				.map((entry) -> entry.lease)
				.toList();
		}
		finally {
			this.mutex.unlock();
		}
	}

	/** Forget what is over. */
	void clear() {
		this.mutex.lock();
		try {
			this.entries.removeIf((entry) -> !entry.isHeld());
		}
		finally {
			this.mutex.unlock();
		}
		this.refusals.clear();
	}

	private static final class Entry {

		private final LockLease lease;

		private final Thread thread;

		private final Duration waited;

		private @Nullable Outcome outcome;

		private Entry(LockLease lease, Thread thread, Duration waited) {
			this.lease = lease;
			this.thread = thread;
			this.waited = waited;
		}

		private boolean isOf(LockLease other) {
			return this.lease.token() == other.token() && this.lease.key().equals(other.key());
		}

		private boolean isHeld() {
			return this.outcome == null;
		}

		private LockUse use() {
			return new LockUse(this.lease.name(), this.lease.key(), this.lease.token(), this.thread.getName(),
					this.waited, Optional.ofNullable(this.outcome));
		}

	}

}
