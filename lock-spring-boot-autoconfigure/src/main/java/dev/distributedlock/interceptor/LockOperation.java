package dev.distributedlock.interceptor;

import java.util.function.Function;

import dev.distributedlock.LockDefinition;
import dev.distributedlock.LockKey;
import dev.distributedlock.LockRequest;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/**
 * How one method is locked: its annotation, parsed and checked.
 *
 * @param definition what the annotation declares
 * @param named whether the annotation has a name of its own
 * @param keyOf the identity of the lock for one call
 * @param skipIfBusy whether a call is skipped if the lock is busy
 * @param skipped what a skipped call returns
 */
record LockOperation(LockDefinition definition, boolean named, Function<MethodInvocation, LockKey> keyOf,
		boolean skipIfBusy, @Nullable Object skipped) {

	LockRequest requestFor(MethodInvocation invocation) {
		return new LockRequest(this.definition.name(), this.keyOf.apply(invocation), this.definition.options());
	}

}
