package dev.distributedlock.interceptor;

import java.time.Duration;
import java.util.function.Function;

import dev.distributedlock.LockOptions;
import dev.distributedlock.annotation.DistributedLock;

import org.springframework.format.datetime.standard.DurationFormatterUtils;

/**
 * Reads the times of an annotation: {@code 500ms}, {@code PT5S} or a placeholder.
 */
final class DeclaredTimes {

	private final DeclaredText text;

	DeclaredTimes(DeclaredText text) {
		this.text = text;
	}

	LockOptions of(DistributedLock lock, DeclarationSite declaration) {
		LockOptions waitTime = time("waitTime", lock.waitTime(), declaration,
				(time) -> new LockOptions(time, null, null));
		LockOptions leaseTime = time("leaseTime", lock.leaseTime(), declaration,
				(time) -> new LockOptions(null, time, null));
		LockOptions maxHold = time("maxHold", lock.maxHold(), declaration,
				(time) -> new LockOptions(null, null, null, time));
		LockOptions holdAtLeast = time("holdAtLeast", lock.holdAtLeast(), declaration,
				(time) -> new LockOptions(null, null, null, null, null, time));
		return waitTime.orElse(leaseTime).orElse(maxHold).orElse(holdAtLeast);
	}

	private LockOptions time(String attribute, String declared, DeclarationSite declaration,
			Function<Duration, LockOptions> toOptions) {
		if (declared.isEmpty()) {
			return LockOptions.NONE;
		}
		String resolved = this.text.resolve(attribute, declared, declaration).trim();
		try {
			return toOptions.apply(duration(resolved));
		}
		catch (IllegalArgumentException | ArithmeticException ex) {
			throw declaration
				.invalid(
						attribute, declared, (resolved.equals(declared) ? "" : "(resolved to \"" + resolved + "\") ")
								+ "cannot be used: " + ex.getMessage(),
						"Use a time such as 500ms, 5s, 2m or PT5S.", ex);
		}
	}

	private static Duration duration(String text) {
		if (text.equals("0")) {
			return Duration.ZERO;
		}
		if (text.chars().allMatch((c) -> Character.isDigit(c) || c == '-' || c == '+')) {
			throw new IllegalArgumentException("'" + text + "' is not a duration: it has no unit");
		}
		return DurationFormatterUtils.detectAndParse(text);
	}

}
