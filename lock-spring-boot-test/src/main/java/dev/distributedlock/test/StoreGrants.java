package dev.distributedlock.test;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.distributedlock.LockKey;
import dev.distributedlock.backend.AcquireResult.Acquired;

/**
 * By which owner ids the store knows the grants of the application.
 */
final class StoreGrants {

	private final Map<LockKey, List<Grant>> byKey = new ConcurrentHashMap<>();

	private final Set<String> revoked = ConcurrentHashMap.newKeySet();

	void granted(LockKey key, String owner, Acquired acquired) {
		this.byKey.compute(key, (same, grants) -> {
			List<Grant> all = (grants != null) ? grants : new CopyOnWriteArrayList<>();
			all.removeIf((grant) -> grant.owner().equals(owner));
			all.add(new Grant(owner, acquired.token(), acquired.lastToken()));
			return all;
		});
	}

	void ended(LockKey key, String owner) {
		this.byKey.computeIfPresent(key, (same, grants) -> {
			grants.removeIf((grant) -> grant.owner().equals(owner));
			return grants.isEmpty() ? null : grants;
		});
	}

	/** The owner of the grant that a token belongs to. */
	Optional<String> owner(LockKey key, long token) {
		return this.byKey.getOrDefault(key, List.of())
			.stream()
			.filter((grant) -> grant.first() <= token && token <= grant.last())
			.map(Grant::owner)
			.findFirst();
	}

	void revoke(String owner) {
		this.revoked.add(owner);
	}

	boolean isRevoked(String owner) {
		return this.revoked.contains(owner);
	}

	private record Grant(String owner, long first, long last) {
	}

}
