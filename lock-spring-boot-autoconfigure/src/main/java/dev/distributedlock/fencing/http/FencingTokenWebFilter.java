package dev.distributedlock.fencing.http;

import java.util.List;

import dev.distributedlock.StaleTokenException;
import dev.distributedlock.fencing.FencingToken;
import dev.distributedlock.web.LockExceptionHandler;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.core.Ordered;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.codec.HttpMessageWriter;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.reactive.function.server.HandlerStrategies;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.reactive.result.view.ViewResolver;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;

/**
 * What {@link FencingTokenFilter} is, for reactive applications. Guards may block, so
 * they are asked on a thread of the bounded elastic scheduler. The tokens are an
 * attribute of the exchange, as a reactive handler has no thread of its own.
 */
public final class FencingTokenWebFilter implements WebFilter, Ordered {

	private static final String TOKENS = FencingTokenWebFilter.class.getName() + ".TOKENS";

	private static final ServerResponse.Context WRITERS = new Writers(HandlerStrategies.withDefaults());

	/** After Spring Security, which is at -100: who the caller is has been found out. */
	private static final int ORDER = -50;

	private final PresentedTokenCheck check;

	private final LockExceptionHandler problems;

	/**
	 * Create a filter.
	 * @param check what is asked of the tokens
	 * @param problems makes the answer to stale requests
	 */
	public FencingTokenWebFilter(PresentedTokenCheck check, LockExceptionHandler problems) {
		this.check = check;
		this.problems = problems;
	}

	/**
	 * Return the tokens that came with a request.
	 * @param exchange the request
	 * @return the tokens in the order in which they came
	 */
	public static List<FencingToken> tokens(ServerWebExchange exchange) {
		return exchange.getAttributeOrDefault(TOKENS, List.of());
	}

	@Override
	public int getOrder() {
		return ORDER;
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		return admit(exchange).thenReturn(true)
			.onErrorResume(StaleTokenException.class, (ex) -> answer(exchange, this.problems.problem(ex)))
			.onErrorResume(ErrorResponseException.class, (ex) -> answer(exchange, ex.getBody()))
			.flatMap((admitted) -> (admitted) ? chain.filter(exchange) : Mono.empty());
	}

	private Mono<Void> admit(ServerWebExchange exchange) {
		return Mono.defer(() -> {
			List<FencingToken> tokens = this.check.read(
					exchange.getRequest().getHeaders().getOrEmpty(FencingHeader.NAME),
					exchange.getRequest().getMethod());
			exchange.getAttributes().put(TOKENS, tokens);
			return (tokens.isEmpty() || this.check.guard() == null) ? Mono.empty()
					: Mono.<Void>fromRunnable(() -> this.check.admit(tokens)).subscribeOn(Schedulers.boundedElastic());
		});
	}

	private static Mono<Boolean> answer(ServerWebExchange exchange, ProblemDetail problem) {
		return ServerResponse.status(problem.getStatus())
			.contentType(MediaType.APPLICATION_PROBLEM_JSON)
			.bodyValue(problem)
			.flatMap((response) -> response.writeTo(exchange, WRITERS))
			.thenReturn(false);
	}

	/**
	 * What writes the answer.
	 *
	 * @param strategies where the writers come from
	 */
	private record Writers(HandlerStrategies strategies) implements ServerResponse.Context {

		@Override
		public List<HttpMessageWriter<?>> messageWriters() {
			return this.strategies.messageWriters();
		}

		@Override
		public List<ViewResolver> viewResolvers() {
			return this.strategies.viewResolvers();
		}

	}

}
