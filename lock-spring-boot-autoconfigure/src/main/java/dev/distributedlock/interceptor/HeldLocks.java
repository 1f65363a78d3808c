package dev.distributedlock.interceptor;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

import dev.distributedlock.LockContext;
import dev.distributedlock.LockLease;
import dev.distributedlock.LockLostEvent;
import dev.distributedlock.LockTransactions;
import org.jspecify.annotations.Nullable;

/**
 * The leases of one call, in the order in which they were acquired.
 *
 * @param leases the leases
 * @param release how to let go of each of them
 */
record HeldLocks(List<LockLease> leases, LockTransactions.Release release) implements AutoCloseable {

	HeldLocks(List<LockLease> leases) {
		this(leases, LockTransactions.Release.AT_ONCE);
	}

	/** Let go of the locks in another way. */
	HeldLocks endingWith(LockTransactions.Release release) {
		return (release != this.release) ? new HeldLocks(this.leases, release) : this;
	}

	void onLost(Consumer<LockLostEvent> listener) {
		this.leases.forEach((lease) -> lease.onLost(listener));
	}

	/** Return the leases as {@link LockContext#leases()} does. */
	List<LockLease> innermostFirst() {
		List<LockLease> innermostFirst = new ArrayList<>(this.leases);
		Collections.reverse(innermostFirst);
		return innermostFirst;
	}

	/**
	 * Release all, the last one first, also if one of them was lost.
	 * @throws dev.distributedlock.LockLostException if one was lost; further ones are
	 * suppressed
	 */
	@Override
	public void close() {
		if (this.leases.size() == 1) {
			this.release.release(this.leases.get(0));
			return;
		}
		end(this.release::release);
	}

	private void end(Consumer<LockLease> how) {
		RuntimeException failure = null;
		for (int i = this.leases.size() - 1; i >= 0; i--) {
			failure = end(this.leases.get(i), how, failure);
		}
		if (failure != null) {
			throw failure;
		}
	}

	/**
	 * Release all after the work under them has failed.
	 * @param failure the failure, to which whatever goes wrong is added
	 */
	void closeAfter(Throwable failure) {
		end(this.release::release, failure);
	}

	/**
	 * Give all back, without having done anything under them.
	 * @param cause the reason, to which whatever goes wrong is added
	 */
	void rollBack(Throwable cause) {
		end(LockLease::giveBack, cause);
	}

	private void end(Consumer<LockLease> how, Throwable cause) {
		try {
			end(how);
		}
		// A lost lock is nothing that the caller could mend.
		catch (RuntimeException ex) {
			if (ex != cause) {
				cause.addSuppressed(ex);
			}
		}
	}

	private static @Nullable RuntimeException end(LockLease lease, Consumer<LockLease> how,
			@Nullable RuntimeException failure) {
		try {
			how.accept(lease);
			return failure;
		}
		// The others are to be released, whatever this one says.
		catch (RuntimeException ex) {
			if (failure == null) {
				return ex;
			}
			failure.addSuppressed(ex);
			return failure;
		}
	}

}
