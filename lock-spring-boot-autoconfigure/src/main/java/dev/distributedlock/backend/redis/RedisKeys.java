package dev.distributedlock.backend.redis;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.zip.CRC32;

import dev.distributedlock.LockKey;

/**
 * The names of everything in Redis. They are part of the wire format: instances that
 * compute them differently do not exclude each other.
 *
 * @param prefix what all names start with
 */
record RedisKeys(String prefix) {

	private static final int BUCKETS = 64;

	RedisKeys {
		Objects.requireNonNull(prefix, "'keyPrefix' must not be null");
		if (prefix.isBlank() || prefix.chars().anyMatch((c) -> c == '{' || c == '}' || Character.isISOControl(c))) {
			// a brace would move the hash tag, and with it the lock to another node than
			// its counter
			throw new IllegalArgumentException(
					"'keyPrefix' must not be blank nor contain braces or control characters but was '" + prefix + "'");
		}
	}

	String lock(LockKey key) {
		return place(key) + ":lock:" + key.value();
	}

	String queue(LockKey key) {
		return place(key) + ":queue:" + key.value();
	}

	String asked(LockKey key) {
		return place(key) + ":asked:" + key.value();
	}

	String token(LockKey key) {
		return place(key) + ":token";
	}

	String probe() {
		return bucket(0) + ":probe";
	}

	String channel(String id) {
		return this.prefix + ":grants:" + id;
	}

	/** The channel of an instance in the slot of a bucket. */
	String channel(int bucket, String id) {
		return bucket(bucket) + ":grants:" + id;
	}

	static int bucket(LockKey key) {
		CRC32 hash = new CRC32();
		hash.update(key.value().getBytes(StandardCharsets.UTF_8));
		return (int) (hash.getValue() % BUCKETS);
	}

	private String place(LockKey key) {
		return bucket(bucket(key));
	}

	private String bucket(int number) {
		return this.prefix + ":{b" + (char) ('0' + number / 10) + (char) ('0' + number % 10) + "}";
	}

}
