package dev.distributedlock.interceptor;

import java.util.List;

import dev.distributedlock.LockDefinition;
import dev.distributedlock.LockKey;
import dev.distributedlock.LockRequest;
import org.aopalliance.intercept.MethodInvocation;

/**
 * One lock of a method: an annotation, parsed and checked.
 *
 * @param definition what the annotation declares
 * @param named whether the annotation has a name of its own
 * @param maxHolders how many may hold the lock at the same time
 * @param fair whether calls are served in the order of the cluster
 * @param condition whether a call needs the lock
 * @param keys the identity of the lock for one call
 */
record DeclaredLock(LockDefinition definition, boolean named, int maxHolders, boolean fair, LockCondition condition,
		LockKeys keys) {

	/**
	 * Return what one call asks for.
	 * @param invocation the call
	 * @return one request for each key, none if the condition does not hold
	 */
	List<LockRequest> requestsFor(MethodInvocation invocation) {
		if (!this.condition.holdsFor(invocation)) {
			return List.of();
		}
		List<LockKey> keys = this.keys.of(invocation);
		return (keys.size() == 1) ? List.of(request(keys.get(0))) : keys.stream().map(this::request).toList();
	}

	/** Return what sets it apart from a plain lock, as it is written. */
	String kind() {
		if (this.maxHolders > 1) {
			return (this.maxHolders == LockRequest.SHARED) ? "mode = SHARED" : "permits = " + this.maxHolders;
		}
		return this.fair ? "fair = true" : "mode = EXCLUSIVE";
	}

	LockRequest request(LockKey key) {
		return new LockRequest(this.definition.name(), key, this.definition.options(), this.maxHolders, this.fair);
	}

}
