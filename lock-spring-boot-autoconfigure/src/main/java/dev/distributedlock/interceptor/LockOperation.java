package dev.distributedlock.interceptor;

import java.util.ArrayList;
import java.util.List;

import dev.distributedlock.LockRequest;
import dev.distributedlock.annotation.OnLockLost;
import org.aopalliance.intercept.MethodInvocation;

/**
 * How one method is locked: all of its annotations, parsed and checked.
 *
 * @param locks the locks, as they are written
 * @param whenBusy what becomes of a call that does not get its locks
 * @param whenLost what becomes of a call whose lock is lost while the method runs
 * @param returns when a call is over
 */
record LockOperation(List<DeclaredLock> locks, BusyReaction whenBusy, OnLockLost whenLost, ReturnStyle returns) {

	/** Return the method, for messages. */
	String location() {
		return this.locks.get(0).definition().location();
	}

	/**
	 * Return what one call asks for.
	 * @param invocation the call
	 * @return the requests, each key once and in {@linkplain LockOrder canonical order};
	 * none if no condition holds
	 */
	List<LockRequest> requestsFor(MethodInvocation invocation) {
		List<LockRequest> requests = this.locks.get(0).requestsFor(invocation);
		if (this.locks.size() > 1) {
			requests = new ArrayList<>(requests);
			for (DeclaredLock further : this.locks.subList(1, this.locks.size())) {
				requests.addAll(further.requestsFor(invocation));
			}
		}
		return (requests.size() > 1) ? LockOrder.canonical(requests) : requests;
	}

}
