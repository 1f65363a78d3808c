package dev.distributedlock.actuate.endpoint;

import java.time.Duration;

import dev.distributedlock.LockHolder;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * Who holds a lock, on any instance. Durations are written as ISO-8601 text.
 *
 * @param name the name of the lock
 * @param key the identity of the lock or its fingerprint
 * @param held whether somebody holds the lock, {@code null} if the store cannot tell
 * @param holder the holder, {@code null} if there is none
 */
public record HolderDescriptor(String name, String key, @Nullable Boolean held,
		HolderDescriptor.@Nullable Holder holder) implements OperationResponseBody {

	static HolderDescriptor of(String name, String key, LockHolder holder) {
		return new HolderDescriptor(name, key, true,
				new Holder(holder.instance(), holder.token(), holder.heldFor(), holder.remaining()));
	}

	static HolderDescriptor none(String name, String key, @Nullable Boolean held) {
		return new HolderDescriptor(name, key, held, null);
	}

	/**
	 * The holder of a lock, as the store tells it.
	 *
	 * @param instance the name of the holding instance
	 * @param token the fencing token
	 * @param heldFor how long it has been held
	 * @param remaining how long the store keeps it if it is not renewed any more
	 */
	public record Holder(String instance, long token, Duration heldFor, Duration remaining) {
	}

}
