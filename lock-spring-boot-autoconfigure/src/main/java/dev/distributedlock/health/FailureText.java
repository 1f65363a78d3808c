package dev.distributedlock.health;

import java.util.Objects;
import java.util.regex.Pattern;

import dev.distributedlock.LockBackendException;

/**
 * Describes a failure in one line for operators. The root cause says most, but its text
 * was written by a driver: where it could contain an address with credentials, a secret
 * or the parameters of a command, only its class is told.
 */
final class FailureText {

	private static final int MAX_LENGTH = 200;

	private static final int MAX_CAUSES = 20;

	private static final Pattern UNSAFE = Pattern
		.compile("@|params|bearer\\s|(pass(word|wd|phrase)?|pwd|secret|token|credentials?|api-?key|auth)"
				+ "\\w*[\"']?\\s*[=:'\"(]", Pattern.CASE_INSENSITIVE);

	private FailureText() {
	}

	static String of(Throwable failure) {
		Throwable root = root(failure);
		if (isSafe(root)) {
			return line(root);
		}
		// This library's own exceptions name no addresses, but their texts may quote a
		// driver.
		return (failure instanceof LockBackendException && isSafe(failure)) ? line(failure)
				: root.getClass().getSimpleName();
	}

	private static boolean isSafe(Throwable failure) {
		String message = failure.getMessage();
		return message != null && !message.isBlank() && !UNSAFE.matcher(message).find();
	}

	private static String line(Throwable failure) {
		String line = Objects.requireNonNullElse(failure.getMessage(), "")
			.strip()
			.lines()
			.findFirst()
			.orElse("")
			.replaceAll("\\p{Cntrl}", " ");
		return failure.getClass().getSimpleName() + ": "
				+ ((line.length() > MAX_LENGTH) ? line.substring(0, MAX_LENGTH) + "..." : line);
	}

	private static Throwable root(Throwable failure) {
		Throwable root = failure;
		for (int i = 0; i < MAX_CAUSES && root.getCause() != null; i++) {
			root = root.getCause();
		}
		return root;
	}

}
