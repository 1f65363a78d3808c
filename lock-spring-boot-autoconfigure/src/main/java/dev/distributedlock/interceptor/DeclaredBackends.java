package dev.distributedlock.interceptor;

import java.util.Collection;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

import dev.distributedlock.annotation.DistributedLock;
import org.jspecify.annotations.Nullable;

/**
 * Which store the locks of a name are kept in. All locks of one name are in one store: in
 * two they would not exclude each other.
 */
final class DeclaredBackends {

	private final ConfiguredLocks configured;

	private final Map<String, String> byName = new ConcurrentHashMap<>();

	DeclaredBackends(ConfiguredLocks configured) {
		this.configured = configured;
	}

	/** Return the store of a name, empty for that of all locks that name none. */
	String of(String name) {
		return this.byName.getOrDefault(name, "");
	}

	void add(DistributedLock lock, @Nullable String name, DeclarationSite declaration) {
		if (name == null) {
			if (!lock.backend().isEmpty()) {
				throw declaration.invalid("backend", lock.backend(),
						"is the store of a lock without a name, whose key is meant to exclude equal keys everywhere",
						"Give the lock a name.", null);
			}
			return;
		}
		String backend = this.configured.backend(name, lock.backend());
		if (!backend.isEmpty()) {
			checkKnown(backend, declaration);
		}
		String other = this.byName.putIfAbsent(name, backend);
		if (other != null && !other.equals(backend)) {
			throw declaration.invalid("backend", backend,
					"is not the store of other locks with the name '" + name + "', which have "
							+ ((other.isEmpty()) ? "none" : "'" + other + "'") + ": they would not exclude each other",
					"Say the same for all of them, or configure distributed-lock.locks." + name + ".backend.", null);
		}
	}

	private void checkKnown(String backend, DeclarationSite declaration) {
		Collection<String> known = this.configured.backends().get();
		if (!known.contains(backend)) {
			throw declaration.invalid("backend", backend, "is the name of no store; there are " + new TreeSet<>(known),
					"Define a bean of that name and of the type LockBackend, with defaultCandidate = false, or correct "
							+ "the name.",
					null);
		}
	}

}
