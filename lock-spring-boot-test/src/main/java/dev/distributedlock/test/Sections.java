package dev.distributedlock.test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import com.google.errorprone.annotations.concurrent.GuardedBy;

/**
 * Who is inside the guarded section. Whoever comes in stays for a moment, so that another
 * one that could come in does, however short the section is.
 */
final class Sections {

	private final ReentrantLock mutex = new ReentrantLock();

	// Nobody signals it: time is all that is waited for.
	private final Condition never = this.mutex.newCondition();

	private final Duration linger;

	@GuardedBy("mutex")
	private final List<String> inside = new ArrayList<>();

	@GuardedBy("mutex")
	private List<String> most = List.of();

	@GuardedBy("mutex")
	private int entered;

	Sections(Duration linger) {
		this.linger = linger;
	}

	/**
	 * Come in.
	 * @param who the name of the caller
	 * @throws InterruptedException if interrupted; then it has not come in
	 */
	void enter(String who) throws InterruptedException {
		this.mutex.lockInterruptibly();
		try {
			this.entered++;
			this.inside.add(who);
			if (this.inside.size() > this.most.size()) {
				this.most = List.copyOf(this.inside);
			}
			long left = this.linger.toNanos();
			while (left > 0) {
				left = this.never.awaitNanos(left);
			}
		}
		catch (InterruptedException ex) {
			this.inside.remove(who);
			throw ex;
		}
		finally {
			this.mutex.unlock();
		}
	}

	void leave(String who) {
		this.mutex.lock();
		try {
			this.inside.remove(who);
		}
		finally {
			this.mutex.unlock();
		}
	}

	/** How often somebody came in. */
	int entered() {
		this.mutex.lock();
		try {
			return this.entered;
		}
		finally {
			this.mutex.unlock();
		}
	}

	/** The callers that were inside together, when they were most. */
	List<String> most() {
		this.mutex.lock();
		try {
			return this.most;
		}
		finally {
			this.mutex.unlock();
		}
	}

}
