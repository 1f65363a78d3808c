package dev.distributedlock.fencing;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;

import dev.distributedlock.LockKey;

/** Lets the first token of each key pass. Of one use, by one thread. */
final class DistinctKeys implements Predicate<FencingToken> {

	private final Set<LockKey> seen = new HashSet<>();

	@Override
	public boolean test(FencingToken token) {
		return this.seen.add(token.key());
	}

}
