package dev.distributedlock.fencing.http;

import java.io.IOException;
import java.util.Collections;
import java.util.List;

import dev.distributedlock.StaleTokenException;
import dev.distributedlock.fencing.FencingToken;
import dev.distributedlock.fencing.PresentedTokens;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.core.Ordered;
import org.springframework.http.HttpMethod;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.HandlerExceptionResolver;

/**
 * Reads the fencing tokens of requests, refuses stale ones if it has a guard, and makes
 * them those of the thread that handles the request: there {@link FencingToken#current()}
 * and the guards work on behalf of the caller.
 * <p>
 * <strong>The filter alone does not make writes safe.</strong> A request that has passed
 * it can be overtaken before it writes. Check again where the write is, in its
 * transaction; then the filter needs no guard at all, or has one to refuse early.
 */
public final class FencingTokenFilter extends OncePerRequestFilter implements Ordered {

	/** After Spring Security, which is at -100: who the caller is has been found out. */
	private static final int ORDER = -50;

	private final PresentedTokenCheck check;

	private final HandlerExceptionResolver resolver;

	/**
	 * Create a filter.
	 * @param check what is asked of the tokens
	 * @param resolver makes the answer to refused requests, as to exceptions of handlers
	 */
	public FencingTokenFilter(PresentedTokenCheck check, HandlerExceptionResolver resolver) {
		this.check = check;
		this.resolver = resolver;
	}

	@Override
	public int getOrder() {
		return ORDER;
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		List<FencingToken> tokens;
		try {
			tokens = this.check.read(Collections.list(request.getHeaders(FencingHeader.NAME)),
					HttpMethod.valueOf(request.getMethod()));
			this.check.admit(tokens);
		}
		catch (StaleTokenException | ErrorResponseException ex) {
			if (this.resolver.resolveException(request, response, null, ex) == null) {
				throw ex;
			}
			return;
		}
		try (PresentedTokens.Scope scope = PresentedTokens.attach(tokens)) {
			chain.doFilter(request, response);
		}
	}

}
