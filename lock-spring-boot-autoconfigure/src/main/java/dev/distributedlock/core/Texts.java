package dev.distributedlock.core;

import java.time.Duration;
import java.util.Locale;

import dev.distributedlock.LockHolder;
import org.jspecify.annotations.Nullable;

/**
 * Words for messages.
 */
final class Texts {

	private Texts() {
	}

	/** A duration as people write it: {@code 5s}, {@code 1m30s}, {@code 0.25s}. */
	static String duration(Duration duration) {
		return duration.toString().substring(2).toLowerCase(Locale.ROOT);
	}

	/** Who holds a lock, as the end of a sentence; empty if not known. */
	static String heldBy(@Nullable LockHolder holder) {
		if (holder == null) {
			return "";
		}
		String others = (holder.others() > 0) ? " and " + holder.others() + " more" : "";
		return ", held by " + holder.instance() + " for " + duration(Duration.ofSeconds(holder.heldFor().toSeconds()))
				+ others;
	}

}
