package dev.distributedlock.actuate.endpoint;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

import dev.distributedlock.InvalidLockKeyException;
import dev.distributedlock.LockDefinition;
import dev.distributedlock.LockHolder;
import dev.distributedlock.LockKey;
import dev.distributedlock.LockMonitor;
import dev.distributedlock.LockSettings;
import dev.distributedlock.actuate.endpoint.LocksDescriptor.DefinitionDescriptor;
import dev.distributedlock.actuate.endpoint.LocksDescriptor.HeldDescriptor;
import dev.distributedlock.actuate.endpoint.LocksDescriptor.WaitingDescriptor;
import dev.distributedlock.backend.HolderLookup;
import dev.distributedlock.backend.LockBackend;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;

/**
 * {@link Endpoint @Endpoint} that shows the declared locks, what this instance holds and
 * waits for, and who holds one lock on any instance.
 * <p>
 * Keys may be personal data. Unless values are shown they appear as a fingerprint, which
 * is equal for equal keys (see {@link KeyDisplay}).
 */
@Endpoint(id = "locks", defaultAccess = Access.READ_ONLY)
public final class LocksEndpoint {

	private final LockBackend backend;

	private final LockMonitor monitor;

	private final LockSettings settings;

	private final Supplier<List<LockDefinition>> definitions;

	private final @Nullable String instance;

	private final Show showValues;

	/**
	 * Create an endpoint.
	 * @param backend the store
	 * @param monitor tells what is held and waited for
	 * @param settings resolve the effective options of the declared locks
	 * @param definitions gives the declared locks known by now
	 * @param instance the name of this instance, or {@code null} if it has none
	 * @param showValues when to show keys
	 */
	public LocksEndpoint(LockBackend backend, LockMonitor monitor, LockSettings settings,
			Supplier<List<LockDefinition>> definitions, @Nullable String instance, Show showValues) {
		this.backend = Objects.requireNonNull(backend, "'backend' must not be null");
		this.monitor = Objects.requireNonNull(monitor, "'monitor' must not be null");
		this.settings = Objects.requireNonNull(settings, "'settings' must not be null");
		this.definitions = Objects.requireNonNull(definitions, "'definitions' must not be null");
		this.instance = instance;
		this.showValues = Objects.requireNonNull(showValues, "'showValues' must not be null");
	}

	/**
	 * Describe the declared locks and what this instance holds and waits for.
	 * @return the description
	 */
	@ReadOperation
	public LocksDescriptor locks() {
		return locks(this.showValues.isShown(true));
	}

	/**
	 * Ask the store who holds a lock.
	 * <p>
	 * A named lock is addressed by its name and the value of its key, such as
	 * {@code locks/orders?key=42}, and by the name alone if it has no key. A lock without
	 * a name is addressed by its key in place of the name, such as {@code locks/42}. What
	 * has more than one part is addressed by its whole {@linkplain LockKey#value()
	 * identity}, such as {@code locks/orders?identity=orders:eu:42}; the name is only
	 * repeated in the answer then.
	 * @param name the name of the lock
	 * @param key the value of its key, one part
	 * @param identity the whole identity, instead of a key
	 * @return the holder
	 * @throws InvalidEndpointRequestException if these are no identity of a lock
	 * @throws dev.distributedlock.LockBackendException if the store does not answer
	 */
	@ReadOperation
	public HolderDescriptor holder(@Selector String name, @Nullable String key, @Nullable String identity) {
		return holder(name, key, identity, this.showValues.isShown(true));
	}

	LocksDescriptor locks(boolean showKeys) {
		KeyDisplay display = new KeyDisplay(showKeys);
		return new LocksDescriptor(this.backend.name(), this.instance,
				this.definitions.get()
					.stream()
					.map((definition) -> DefinitionDescriptor.of(definition, this.settings))
					.toList(),
				this.monitor.held().stream().map((held) -> HeldDescriptor.of(held, display)).toList(),
				this.monitor.waiting().stream().map((waiting) -> WaitingDescriptor.of(waiting, display)).toList());
	}

	HolderDescriptor holder(String name, @Nullable String key, @Nullable String identity, boolean showKeys) {
		LockKey lockKey = lockKey(name, key, identity);
		String shown = new KeyDisplay(showKeys).show(name, lockKey);
		Optional<LockHolder> holder = this.monitor.findHolder(lockKey);
		if (holder.isEmpty()) {
			return HolderDescriptor.none(name, shown, (this.backend instanceof HolderLookup) ? Boolean.FALSE : null);
		}
		return HolderDescriptor.of(name, shown, holder.get());
	}

	private static LockKey lockKey(String name, @Nullable String key, @Nullable String identity) {
		if (key != null && identity != null) {
			throw new InvalidEndpointRequestException("Both 'key' and 'identity' were given",
					"Either 'key' or 'identity' can be given, not both");
		}
		try {
			if (identity != null) {
				return LockKey.parse(identity);
			}
			return (key != null) ? LockKey.of(name, key) : LockKey.of(name);
		}
		catch (InvalidLockKeyException ex) {
			throw new InvalidEndpointRequestException("Not the identity of a lock", "Not the identity of a lock", ex);
		}
	}

}
