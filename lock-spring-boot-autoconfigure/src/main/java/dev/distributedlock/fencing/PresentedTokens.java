package dev.distributedlock.fencing;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The tokens that a caller, who holds the locks elsewhere, has presented with the request
 * that the current thread serves. With them {@link FencingToken#current()} and the guards
 * work on behalf of the caller.
 */
public final class PresentedTokens {

	private static final ThreadLocal<@Nullable List<FencingToken>> TOKENS = new ThreadLocal<>();

	private PresentedTokens() {
	}

	/**
	 * Return the tokens that were presented to the current thread.
	 * @return the tokens, the one that counts first
	 */
	public static List<FencingToken> current() {
		List<FencingToken> tokens = TOKENS.get();
		return (tokens != null) ? tokens : List.of();
	}

	/**
	 * Have the current thread work on behalf of who presented tokens.
	 * @param tokens the tokens, the one that counts first
	 * @return a scope, to be closed by this thread; until then these tokens replace what
	 * was presented before
	 */
	public static Scope attach(List<FencingToken> tokens) {
		List<FencingToken> before = TOKENS.get();
		TOKENS.set(List.copyOf(tokens));
		return () -> {
			if (before != null) {
				TOKENS.set(before);
			}
			else {
				TOKENS.remove();
			}
		};
	}

	/** The part of a thread's run for which tokens are attached. */
	@FunctionalInterface
	public interface Scope extends AutoCloseable {

		@Override
		void close();

	}

}
