package dev.distributedlock.fencing.http;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.distributedlock.InvalidLockKeyException;
import dev.distributedlock.LockKey;
import dev.distributedlock.LockLease;
import dev.distributedlock.fencing.FencingToken;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpMethod;

/**
 * The header that carries fencing tokens: a list of {@code key=token;name=lock}, with key
 * and name in percent-encoding.
 *
 * <pre>
 * Fencing-Token: stock%3Atea=1795264076357904;name=stock
 * </pre>
 * <p>
 * The key is part of it because tokens of different locks cannot be compared. Keys may be
 * personal data: send the header to services of your own only. And trust only callers of
 * your own: whoever may send the header can lock others out with a large token.
 */
public final class FencingHeader {

	/** The name of the header. */
	public static final String NAME = "Fencing-Token";

	private static final int MOST = 64;

	private static final Pattern ELEMENT = Pattern.compile("([^=;,\\s]+)=(\\d{1,19})(?:;name=([^=;,\\s]+))?");

	private FencingHeader() {
	}

	/**
	 * Write tokens as the value of the header.
	 * @param tokens the tokens, one at least
	 * @return the value
	 */
	public static String format(List<FencingToken> tokens) {
		return tokens.stream()
			.map((token) -> encode(token.key().value()) + "=" + token.value() + ";name=" + encode(token.lockName()))
			.collect(Collectors.joining(", "));
	}

	/**
	 * Read the values of the header.
	 * @param values the values, each of which may be a list
	 * @return the tokens in the order in which they came
	 * @throws IllegalArgumentException if one is malformed, or there are more than 64
	 */
	public static List<FencingToken> parse(List<String> values) {
		List<String> elements = values.stream().flatMap((value) -> Stream.of(value.split(",", -1))).toList();
		if (elements.size() > MOST) {
			throw new IllegalArgumentException(
					"'" + NAME + "' must have " + MOST + " tokens at most but had " + elements.size());
		}
		List<FencingToken> tokens = new ArrayList<>(elements.size());
		for (String element : elements) {
			tokens.add(token(element.strip()));
		}
		return tokens;
	}

	/**
	 * The tokens that a request is to carry; none is an error unless it changes nothing.
	 */
	static List<FencingToken> tokensToSend(List<LockLease> leases, List<String> lockNames, HttpMethod method) {
		Stream<FencingToken> tokens = leases.stream().map(FencingToken::of);
		List<FencingToken> chosen = lockNames.isEmpty() ? tokens.limit(1).toList()
				: tokens.filter((token) -> lockNames.contains(token.lockName())).distinct().toList();
		if (chosen.isEmpty() && !isSafe(method)) {
			throw new IllegalStateException("A " + method + " request has to carry a fencing token"
					+ (lockNames.isEmpty() ? "" : " of a lock named " + lockNames)
					+ ", but its caller runs under no such lock. Call the locked method through its Spring proxy");
		}
		return chosen;
	}

	static boolean isSafe(@Nullable HttpMethod method) {
		return HttpMethod.GET.equals(method) || HttpMethod.HEAD.equals(method) || HttpMethod.OPTIONS.equals(method)
				|| HttpMethod.TRACE.equals(method);
	}

	private static FencingToken token(String element) {
		Matcher matcher = ELEMENT.matcher(element);
		if (!matcher.matches()) {
			throw new IllegalArgumentException(
					"'" + NAME + "' must be a list of key=token;name=lock, in percent-encoding");
		}
		LockKey key = key(decode(matcher.group(1)));
		String name = (matcher.group(3) != null) ? decode(matcher.group(3)) : key.value();
		return new FencingToken(name, key, Long.parseLong(matcher.group(2)));
	}

	private static LockKey key(String text) {
		try {
			return LockKey.parse(text);
		}
		catch (InvalidLockKeyException ex) {
			throw new IllegalArgumentException("'" + NAME + "' has a key that is none: " + ex.getMessage(), ex);
		}
	}

	private static String encode(String text) {
		return URLEncoder.encode(text, StandardCharsets.UTF_8);
	}

	private static String decode(String text) {
		return URLDecoder.decode(text, StandardCharsets.UTF_8);
	}

}
