package dev.distributedlock.fencing.http;

import java.util.List;

import dev.distributedlock.fencing.FencingGuard;
import dev.distributedlock.fencing.FencingToken;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;

/**
 * What a service asks of the tokens in a request.
 *
 * @param guard refuses stale ones, {@code null} to leave that to the handler
 * @param required whether requests that change something need a token
 */
public record PresentedTokenCheck(@Nullable FencingGuard guard, boolean required) {

	/**
	 * Read the tokens of a request.
	 * @throws ErrorResponseException if the header is malformed (400), or missing though
	 * it is required (428)
	 */
	List<FencingToken> read(List<String> header, @Nullable HttpMethod method) {
		List<FencingToken> tokens;
		try {
			tokens = FencingHeader.parse(header);
		}
		catch (IllegalArgumentException ex) {
			throw refusal(HttpStatus.BAD_REQUEST, String.valueOf(ex.getMessage()), ex);
		}
		if (tokens.isEmpty() && this.required && !FencingHeader.isSafe(method)) {
			throw refusal(HttpStatus.PRECONDITION_REQUIRED,
					"'" + FencingHeader.NAME + "' is missing: a request that changes something has to carry "
							+ "the fencing token of the lock it is made under",
					null);
		}
		return tokens;
	}

	/**
	 * Let tokens pass the guard, in an order that is the same for all requests.
	 * @throws dev.distributedlock.StaleTokenException if one is stale
	 */
	void admit(List<FencingToken> tokens) {
		FencingGuard guard = this.guard;
		if (guard != null) {
			tokens.stream().sorted(FencingToken.CANONICAL_ORDER).forEach(guard::check);
		}
	}

	private static ErrorResponseException refusal(HttpStatus status, String detail, @Nullable Throwable cause) {
		return new ErrorResponseException(status, ProblemDetail.forStatusAndDetail(status, detail), cause);
	}

}
