package dev.distributedlock.backend.redis;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.distributedlock.LockBackendException;
import org.jspecify.annotations.Nullable;
import org.redisson.RedissonShutdownException;
import org.redisson.client.RedisAuthRequiredException;
import org.redisson.client.RedisConnectionException;
import org.redisson.client.RedisException;
import org.redisson.client.RedisNodeNotFoundException;
import org.redisson.client.RedisOutOfMemoryException;
import org.redisson.client.RedisReconnectedException;
import org.redisson.client.RedisTimeoutException;
import org.redisson.client.RedisWrongPasswordException;

/**
 * Makes a {@link LockBackendException} of what Redisson throws.
 * <p>
 * The server's error codes decide. Redisson has exception types for most of them, but
 * sees the first word only, and an error within a script comes in other words before
 * Redis 7: the code is looked up in the text. What Redisson adds to a text (the command
 * with its arguments) is cut off.
 */
final class RedisFailure {

	private static final String OWN_TEXT_OF_REDISSON = ". channel: ";

	private static final int LONGEST_TEXT = 300;

	private static final Pattern CODE = Pattern.compile("(?:^|[ :]-?)(READONLY|LOADING|MASTERDOWN|CLUSTERDOWN|TRYAGAIN"
			+ "|ASK|MOVED|BUSY|NOREPLICAS|NOAUTH|WRONGPASS|NOPERM|OOM|MISCONF|WRONGTYPE)\\b");

	// what Redis says, without a code, of a command within a script
	private static final Pattern NO_PERMISSION = Pattern.compile("The user executing the script|ACL failure in script");

	private static final Map<String, String> NEXT_STEP = Map.of( //
			"NOAUTH", "set a password for the Redis connection", //
			"WRONGPASS", "correct the user name or password of the Redis connection", //
			"NOPERM", "grant the Redis user the commands, keys and channels that locks need", //
			"OOM", "the server's memory is full: raise 'maxmemory' or remove other data", //
			"MISCONF", "the server refuses writes as it cannot save to disk: free disk space", //
			"WRONGTYPE", "another application uses a key of the same name: choose another key prefix");

	private static final Map<String, String> PASSING = Map.of( //
			"READONLY", "this node is a replica, a failover may be under way", //
			"LOADING", "the server is loading its data", //
			"MASTERDOWN", "the replica has lost its master", //
			"CLUSTERDOWN", "the cluster does not serve all slots", //
			"TRYAGAIN", "slots of the cluster are on the move", //
			"ASK", "slots of the cluster are on the move", //
			"MOVED", "slots of the cluster have moved", //
			"BUSY", "a script blocks the server", //
			"NOREPLICAS", "too few replicas are connected to the master");

	private RedisFailure() {
	}

	/**
	 * Make the exception for a failed command.
	 * @param action what was to be done, as in {@link LockScript#action()}
	 * @param failure what happened, may be wrapped
	 * @return the exception; the same if it is one already
	 */
	static LockBackendException of(String action, Throwable failure) {
		Throwable cause = failure;
		while (cause instanceof CompletionException && cause.getCause() != null) {
			cause = cause.getCause();
		}
		if (cause instanceof LockBackendException known) {
			return known;
		}
		String what = "Redis could not " + action + ": ";
		if (cause instanceof RedissonShutdownException) {
			return new LockBackendException(what + "the Redisson client has been shut down", cause, false);
		}
		String code = code(cause);
		String passing = (code != null) ? PASSING.get(code) : null;
		if (passing != null) {
			return new LockBackendException(what + code + ", " + passing + "; it is worth trying again", cause, true);
		}
		String step = (code != null) ? NEXT_STEP.get(code) : null;
		if (step != null) {
			return new LockBackendException(what + text(cause) + ". Next step: " + step, cause, false);
		}
		if (isTransport(cause)) {
			return new LockBackendException(what + transport(cause), cause, true);
		}
		return new LockBackendException(what + text(cause), cause, false);
	}

	/**
	 * Whether a server refused to write because it is a replica.
	 * @param failure what happened, {@code null} for nothing
	 */
	static boolean isReadOnly(@Nullable Throwable failure) {
		return failure != null && "READONLY".equals(code(failure));
	}

	/**
	 * Whether an error says that the server is a replica.
	 * @param error the text that the server sent
	 */
	static boolean isReadOnly(String error) {
		Matcher matcher = CODE.matcher(error);
		return matcher.find() && "READONLY".equals(matcher.group(1));
	}

	private static @Nullable String code(Throwable failure) {
		// a connection that cannot be made says why in its cause
		for (Throwable t = failure; t != null; t = t.getCause()) {
			if (t instanceof RedisWrongPasswordException) {
				return "WRONGPASS";
			}
			if (t instanceof RedisAuthRequiredException) {
				return "NOAUTH";
			}
			if (t instanceof RedisOutOfMemoryException) {
				return "OOM";
			}
			if (t instanceof RedisException && !(t instanceof RedisTimeoutException)) {
				if (NO_PERMISSION.matcher(text(t)).find()) {
					return "NOPERM";
				}
				Matcher matcher = CODE.matcher(text(t));
				if (matcher.find()) {
					return matcher.group(1);
				}
			}
		}
		return null;
	}

	private static boolean isTransport(Throwable cause) {
		for (Throwable t = cause; t != null; t = t.getCause()) {
			if (t instanceof RedisTimeoutException || t instanceof RedisConnectionException
					|| t instanceof RedisNodeNotFoundException || t instanceof RedisReconnectedException
					|| t instanceof CancellationException || t instanceof TimeoutException
					|| t instanceof IOException) {
				return true;
			}
		}
		return false;
	}

	private static String transport(Throwable cause) {
		return (cause instanceof RedisTimeoutException || cause instanceof TimeoutException)
				? "no answer in time, the outcome is unknown" : "no connection (" + root(cause) + ")";
	}

	private static String root(Throwable failure) {
		Throwable root = failure;
		while (root.getCause() != null && root.getCause() != root) {
			root = root.getCause();
		}
		return text(root);
	}

	private static String text(Throwable failure) {
		String message = failure.getMessage();
		if (message == null) {
			return failure.getClass().getSimpleName();
		}
		int end = message.indexOf(OWN_TEXT_OF_REDISSON);
		String text = (end >= 0) ? message.substring(0, end) : message;
		return (text.length() > LONGEST_TEXT) ? text.substring(0, LONGEST_TEXT) + "..." : text;
	}

}
