package dev.distributedlock.fencing;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

import dev.distributedlock.LockKey;

/**
 * A guard of what lives in this JVM, and for tests. It knows nothing of other instances
 * and of what was before the last start, and it never forgets a key: about 100 bytes
 * each. The check and what comes after it are not one step: another holder can pass in
 * between.
 */
public final class InMemoryFencingGuard implements FencingGuard {

	private final ConcurrentMap<LockKey, Long> largest = new ConcurrentHashMap<>();

	@Override
	public void check(FencingToken token) {
		long seen = this.largest.merge(token.key(), token.value(), Math::max);
		if (seen > token.value()) {
			throw token.refusedBy("this instance", seen);
		}
	}

}
