package dev.distributedlock.actuate.endpoint;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

import dev.distributedlock.LockKey;

/**
 * How keys are shown: as they are, or as {@code orders:sha256/1b4f0e98}, the name of the
 * lock and the first four bytes of the SHA-256 hash of the UTF-8 text of the key. That
 * tells keys apart and lets operators check a guess ({@code printf %s orders:42 |
 * sha256sum}) without naming a person.
 *
 * @param plain whether keys are shown as they are
 */
record KeyDisplay(boolean plain) {

	private static final int HASH_BYTES = 4;

	String show(String name, LockKey key) {
		return this.plain ? key.value() : name + ":sha256/" + fingerprint(key);
	}

	private static String fingerprint(LockKey key) {
		try {
			byte[] hash = MessageDigest.getInstance("SHA-256").digest(key.value().getBytes(StandardCharsets.UTF_8));
			return HexFormat.of().formatHex(hash, 0, HASH_BYTES);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform has SHA-256", ex);
		}
	}

}
