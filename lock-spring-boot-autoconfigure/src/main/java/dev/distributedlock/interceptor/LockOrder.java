package dev.distributedlock.interceptor;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import dev.distributedlock.LockKey;
import dev.distributedlock.LockRequest;

/**
 * The one order in which the locks of a call are taken, on all instances and whatever the
 * annotations say, so that no two calls wait for each other: unsigned bytes of the keys
 * in UTF-8. It is not the order of {@link String}, in which surrogates come before other
 * characters, and which other languages do not share.
 */
final class LockOrder {

	private static final Comparator<LockKey> BYTES = (one, other) -> Arrays
		.compareUnsigned(one.value().getBytes(StandardCharsets.UTF_8), other.value().getBytes(StandardCharsets.UTF_8));

	private LockOrder() {
	}

	/**
	 * Sort requests and leave out repeated keys, of which the one that the fewest may
	 * hold together is kept, or else the first; it waits for its turn in the order of the
	 * cluster if one of them does.
	 */
	static List<LockRequest> canonical(List<LockRequest> requests) {
		Map<LockKey, LockRequest> sorted = new TreeMap<>(BYTES);
		requests.forEach((request) -> sorted.merge(request.key(), request, LockOrder::stronger));
		return List.copyOf(sorted.values());
	}

	private static LockRequest stronger(LockRequest one, LockRequest other) {
		LockRequest kept = (other.maxHolders() < one.maxHolders()) ? other : one;
		return (one.fair() || other.fair()) ? kept.fairly() : kept;
	}

}
