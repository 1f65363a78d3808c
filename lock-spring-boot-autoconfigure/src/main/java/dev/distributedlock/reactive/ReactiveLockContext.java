package dev.distributedlock.reactive;

import java.util.List;

import dev.distributedlock.LockLease;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * The locks that a reactive chain runs under, innermost first: what
 * {@link dev.distributedlock.LockContext} is for a thread.
 *
 * <pre>{@code
 * Mono.deferContextual((context) -> write(FencingToken.of(ReactiveLockContext.leases(context).get(0))))
 * }</pre>
 */
public final class ReactiveLockContext {

	private static final Object LEASES = ReactiveLockContext.class.getName() + ".LEASES";

	private ReactiveLockContext() {
	}

	/**
	 * Return the leases of a chain.
	 * @param context the context of the subscriber
	 * @return the leases, innermost first; empty if the chain runs under no lock
	 */
	public static List<LockLease> leases(ContextView context) {
		@Nullable List<LockLease> leases = context.getOrDefault(LEASES, null);
		return (leases != null) ? leases : List.of();
	}

	/**
	 * Return a context that carries leases.
	 * @param context the context
	 * @param leases the leases, innermost first
	 * @return the context with these leases instead of those it had
	 */
	public static Context put(Context context, List<LockLease> leases) {
		return context.put(LEASES, List.copyOf(leases));
	}

}
