package dev.distributedlock.interceptor;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

import dev.distributedlock.LockContext;
import dev.distributedlock.LockLease;
import dev.distributedlock.LockLostEvent;
import org.jspecify.annotations.Nullable;

/**
 * The leases of one call, in the order in which they were acquired.
 *
 * @param leases the leases
 */
record HeldLocks(List<LockLease> leases) implements AutoCloseable {

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
			this.leases.get(0).close();
			return;
		}
		RuntimeException failure = null;
		for (int i = this.leases.size() - 1; i >= 0; i--) {
			failure = close(this.leases.get(i), failure);
		}
		if (failure != null) {
			throw failure;
		}
	}

	/**
	 * Release all because of a failure, to which whatever goes wrong is added.
	 */
	void rollBack(Throwable cause) {
		try {
			close();
		}
		// A lost lock is nothing that the caller, who never had them all, could mend.
		catch (RuntimeException ex) {
			if (ex != cause) {
				cause.addSuppressed(ex);
			}
		}
	}

	private static @Nullable RuntimeException close(LockLease lease, @Nullable RuntimeException failure) {
		try {
			lease.close();
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
