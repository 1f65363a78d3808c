package dev.distributedlock.fencing.http;

import java.util.List;

import dev.distributedlock.LockContext;
import dev.distributedlock.LockLease;
import dev.distributedlock.fencing.FencingToken;
import dev.distributedlock.reactive.ReactiveLockContext;
import reactor.core.publisher.Mono;

import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFilterFunction;
import org.springframework.web.reactive.function.client.ExchangeFunction;

/**
 * What {@link FencingTokenInterceptor} is, for a {@code WebClient}. The locks are those
 * of the reactive chain, else of the thread that subscribes.
 */
public final class FencingTokenExchangeFilter implements ExchangeFilterFunction {

	private final List<String> lockNames;

	/**
	 * Create a filter.
	 * @param lockNames the names of the locks whose tokens are sent, all that are held;
	 * none for the innermost lock, whatever its name
	 */
	public FencingTokenExchangeFilter(String... lockNames) {
		this.lockNames = List.of(lockNames);
	}

	@Override
	public Mono<ClientResponse> filter(ClientRequest request, ExchangeFunction next) {
		return Mono.deferContextual((context) -> {
			List<LockLease> ofChain = ReactiveLockContext.leases(context);
			List<FencingToken> tokens = FencingHeader
				.tokensToSend((!ofChain.isEmpty()) ? ofChain : LockContext.leases(), this.lockNames, request.method());
			return next.exchange(tokens.isEmpty() ? request
					: ClientRequest.from(request)
						.headers((headers) -> headers.set(FencingHeader.NAME, FencingHeader.format(tokens)))
						.build());
		});
	}

}
