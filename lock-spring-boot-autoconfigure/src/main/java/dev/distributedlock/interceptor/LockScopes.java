package dev.distributedlock.interceptor;

import java.util.ArrayList;
import java.util.List;

import dev.distributedlock.LockContext;
import dev.distributedlock.LockLease;

/**
 * Has the current thread run under leases for a while.
 */
final class LockScopes {

	private LockScopes() {
	}

	/**
	 * Attach leases, unless the thread runs under them already.
	 * @param leases the leases, innermost first
	 * @return what ends it
	 */
	static List<LockContext.Scope> attach(List<LockLease> leases) {
		if (leases.isEmpty() || leases.equals(LockContext.leases())) {
			return List.of();
		}
		List<LockContext.Scope> scopes = new ArrayList<>(leases.size());
		for (int i = leases.size() - 1; i >= 0; i--) {
			scopes.add(LockContext.attach(leases.get(i)));
		}
		return scopes;
	}

	static void end(List<LockContext.Scope> scopes) {
		scopes.forEach(LockContext.Scope::close);
	}

}
