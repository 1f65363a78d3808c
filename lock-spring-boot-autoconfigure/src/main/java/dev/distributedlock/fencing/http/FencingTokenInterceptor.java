package dev.distributedlock.fencing.http;

import java.io.IOException;
import java.util.List;

import dev.distributedlock.LockContext;
import dev.distributedlock.fencing.FencingToken;

import org.springframework.http.HttpRequest;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;

/**
 * Sends fencing tokens along with the requests of a {@code RestClient} or
 * {@code RestTemplate}, in the {@linkplain FencingHeader header}
 * {@value FencingHeader#NAME}.
 *
 * <pre>{@code
 * RestClient stock = builder.baseUrl(…).requestInterceptor(new FencingTokenInterceptor()).build();
 * }</pre>
 * <p>
 * A request that changes something, whose caller runs under no lock, is not sent; one
 * that does not (GET, HEAD, OPTIONS, TRACE) goes without the header then.
 */
public final class FencingTokenInterceptor implements ClientHttpRequestInterceptor {

	private final List<String> lockNames;

	/**
	 * Create an interceptor.
	 * @param lockNames the names of the locks whose tokens are sent, all that are held;
	 * none for the innermost lock, whatever its name
	 */
	public FencingTokenInterceptor(String... lockNames) {
		this.lockNames = List.of(lockNames);
	}

	/**
	 * {@inheritDoc}
	 * @throws IllegalStateException if the thread runs under no such lock and the request
	 * changes something
	 */
	@Override
	public ClientHttpResponse intercept(HttpRequest request, byte[] body, ClientHttpRequestExecution execution)
			throws IOException {
		List<FencingToken> tokens = FencingHeader.tokensToSend(LockContext.leases(), this.lockNames,
				request.getMethod());
		if (!tokens.isEmpty()) {
			request.getHeaders().set(FencingHeader.NAME, FencingHeader.format(tokens));
		}
		return execution.execute(request, body);
	}

}
