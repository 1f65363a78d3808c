package dev.distributedlock.actuate.endpoint;

import java.time.Duration;
import java.util.List;

import dev.distributedlock.LockDefinition;
import dev.distributedlock.LockMonitor;
import dev.distributedlock.LockOptions;
import dev.distributedlock.LockSettings;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * Description of the locks of this instance. Durations are written as ISO-8601 text.
 *
 * @param backend the name of the store
 * @param instance the name of this instance, {@code null} if it has none
 * @param definitions the declared locks, with the options that are in effect
 * @param held the grants held now, longest first
 * @param waiting the acquisitions waiting now, longest first
 */
public record LocksDescriptor(String backend, @Nullable String instance, List<DefinitionDescriptor> definitions,
		List<HeldDescriptor> held, List<WaitingDescriptor> waiting) implements OperationResponseBody {

	/**
	 * Description of a declared lock.
	 *
	 * @param name the name of the lock
	 * @param location where it is declared
	 * @param key the expression of its key, empty if there is one lock only
	 * @param waitTime the effective wait time
	 * @param leaseTime the effective lease time
	 * @param renew whether the lease is renewed
	 */
	public record DefinitionDescriptor(String name, String location, String key, @Nullable Duration waitTime,
			@Nullable Duration leaseTime, @Nullable Boolean renew) {

		static DefinitionDescriptor of(LockDefinition definition, LockSettings settings) {
			LockOptions options = settings.resolve(definition.name(), definition.options());
			return new DefinitionDescriptor(definition.name(), definition.location(), definition.key(),
					options.waitTime(), options.leaseTime(), options.renew());
		}

	}

	/**
	 * Description of a grant.
	 *
	 * @param name the name of the lock
	 * @param key the identity of the lock or its fingerprint
	 * @param token the fencing token
	 * @param state what the holder knows of its lease
	 * @param thread the name of the thread that acquired it, empty if asynchronously
	 * @param heldFor how long it has been held
	 * @param remaining how long it stays valid if it is not renewed any more
	 */
	public record HeldDescriptor(String name, String key, long token, LockMonitor.State state, String thread,
			Duration heldFor, Duration remaining) {

		static HeldDescriptor of(LockMonitor.Held held, KeyDisplay display) {
			return new HeldDescriptor(held.name(), display.show(held.name(), held.key()), held.token(), held.state(),
					held.thread(), held.heldFor(), held.remaining());
		}

	}

	/**
	 * Description of an acquisition that waits.
	 *
	 * @param name the name of the lock
	 * @param key the identity of the lock or its fingerprint
	 * @param thread the name of the waiting thread, empty if it waits asynchronously
	 * @param waitingFor how long it has been waiting
	 */
	public record WaitingDescriptor(String name, String key, String thread, Duration waitingFor) {

		static WaitingDescriptor of(LockMonitor.Waiting waiting, KeyDisplay display) {
			return new WaitingDescriptor(waiting.name(), display.show(waiting.name(), waiting.key()), waiting.thread(),
					waiting.waitingFor());
		}

	}

}
