package dev.distributedlock.autoconfigure.fencing.http;

import java.util.concurrent.atomic.AtomicInteger;

import dev.distributedlock.fencing.FencingToken;
import dev.distributedlock.fencing.InMemoryFencingGuard;
import dev.distributedlock.fencing.http.FencingTokenWebFilter;

import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;

/** A service that others call under locks of their own. */
@Configuration(proxyBeanMethods = false)
@Import({ StockService.Stock.class, StockService.ServletCaller.class, StockService.ReactiveCaller.class })
class StockService {

	@Bean
	InMemoryFencingGuard memory() {
		return new InMemoryFencingGuard();
	}

	@RestController
	static class Stock {

		private final AtomicInteger remaining = new AtomicInteger(100);

		@PutMapping("/stock/{remaining}")
		void write(@PathVariable int remaining) {
			this.remaining.set(remaining);
		}

		@GetMapping("/stock")
		int read() {
			return this.remaining.get();
		}

	}

	@RestController
	@ConditionalOnWebApplication(type = Type.SERVLET)
	static class ServletCaller {

		@GetMapping("/caller")
		String caller() {
			return FencingToken.find().map((token) -> token.key() + "/" + token.value()).orElse("nobody");
		}

	}

	@RestController
	@ConditionalOnWebApplication(type = Type.REACTIVE)
	static class ReactiveCaller {

		@GetMapping("/caller")
		String caller(ServerWebExchange exchange) {
			return FencingTokenWebFilter.tokens(exchange)
				.stream()
				.map((token) -> token.key() + "/" + token.value())
				.findFirst()
				.orElse("nobody");
		}

	}

}
