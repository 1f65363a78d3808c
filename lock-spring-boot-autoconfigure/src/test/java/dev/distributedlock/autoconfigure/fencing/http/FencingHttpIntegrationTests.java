package dev.distributedlock.autoconfigure.fencing.http;

import java.util.List;
import java.util.stream.Stream;

import dev.distributedlock.LockContext;
import dev.distributedlock.LockLease;
import dev.distributedlock.autoconfigure.web.LockProblemDetailsAutoConfiguration;
import dev.distributedlock.fencing.FixedLease;
import dev.distributedlock.fencing.http.FencingHeader;
import dev.distributedlock.fencing.http.FencingTokenExchangeFilter;
import dev.distributedlock.fencing.http.FencingTokenInterceptor;
import dev.distributedlock.reactive.ReactiveLockContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.http.codec.autoconfigure.CodecsAutoConfiguration;
import org.springframework.boot.http.converter.autoconfigure.HttpMessageConvertersAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.reactor.netty.autoconfigure.NettyReactiveWebServerAutoConfiguration;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;
import org.springframework.boot.webflux.autoconfigure.HttpHandlerAutoConfiguration;
import org.springframework.boot.webflux.autoconfigure.WebFluxAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClientResponseException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** Callers under locks, and services that read their tokens, over real connections. */
class FencingHttpIntegrationTests {

	private static final String ENABLED = "--distributed-lock.fencing.http.enabled=true";

	private static final String GUARDED = "--distributed-lock.fencing.http.guard=memory";

	static Stream<Class<?>> applications() {
		return Stream.of(Servlet.class, Reactive.class);
	}

	@ParameterizedTest
	@MethodSource("applications")
	void staleRequestLandsWithoutGuard(Class<?> application) {
		try (Running service = new Running(application, ENABLED)) {
			service.write(8, 99);
			service.write(7, 42);
			assertThat(service.remaining()).isEqualTo(42);
		}
	}

	@ParameterizedTest
	@MethodSource("applications")
	void staleRequestIsRefusedWithAProblem(Class<?> application) {
		try (Running service = new Running(application, ENABLED, GUARDED)) {
			service.write(8, 99);
			service.write(8, 98);
			assertThatExceptionOfType(HttpClientErrorException.Conflict.class).isThrownBy(() -> service.write(7, 42))
				.satisfies((ex) -> {
					assertThat(ex.getResponseHeaders().getContentType()).isEqualTo(MediaType.APPLICATION_PROBLEM_JSON);
					assertThat(ex.getResponseBodyAsString())
						.contains("\"type\":\"urn:problem-type:distributed-lock:stale-token\"", "\"status\":409",
								"\"lock\":\"stock\"")
						.doesNotContain("tea");
				});
			assertThat(service.remaining()).isEqualTo(98);
		}
	}

	@ParameterizedTest
	@MethodSource("applications")
	void handlerWorksOnBehalfOfTheCaller(Class<?> application) {
		try (Running service = new Running(application, ENABLED)) {
			try (var held = LockContext.attach(FixedLease.of("stock", "tea", 8))) {
				assertThat(service.caller()).isEqualTo("stock:tea/8");
			}
			assertThat(service.caller()).isEqualTo("nobody");
		}
	}

	@ParameterizedTest
	@MethodSource("applications")
	void requestsWithoutOrWithMalformedTokenAreRefused(Class<?> application) {
		try (Running service = new Running(application, ENABLED, "--distributed-lock.fencing.http.required=true")) {
			WebTestClient plain = WebTestClient.bindToServer().baseUrl(service.url).build();
			plain.get().uri("/stock").exchange().expectStatus().isOk();
			plain.put().uri("/stock/42").exchange().expectStatus().isEqualTo(428);
			plain.put().uri("/stock/42").header(FencingHeader.NAME, "tea").exchange().expectStatus().isBadRequest();
			plain.put().uri("/stock/42").header(FencingHeader.NAME, "%20=7").exchange().expectStatus().isBadRequest();
			plain.put().uri("/stock/42").header(FencingHeader.NAME, "tea=7").exchange().expectStatus().isOk();
		}
	}

	@ParameterizedTest
	@MethodSource("applications")
	void headerMeansNothingUnlessItIsEnabled(Class<?> application) {
		try (Running service = new Running(application, GUARDED)) {
			service.write(8, 99);
			service.write(7, 42);
			try (var held = LockContext.attach(FixedLease.of("stock", "tea", 8))) {
				assertThat(service.caller()).isEqualTo("nobody");
			}
		}
	}

	@Test
	void callerWithoutLockIsToldSo() {
		try (Running service = new Running(Servlet.class, ENABLED)) {
			assertThatIllegalStateException()
				.isThrownBy(() -> service.client.put().uri("/stock/42").retrieve().toBodilessEntity())
				.withMessageContaining("A PUT request has to carry a fencing token");
			assertThat(service.remaining()).isEqualTo(100);
		}
	}

	@Test
	void webClientSendsTheLockOfItsChainOrOfItsThread() {
		try (Running service = new Running(Reactive.class, ENABLED, GUARDED)) {
			WebClient client = WebClient.builder()
				.baseUrl(service.url)
				.filter(new FencingTokenExchangeFilter("stock"))
				.build();
			var write = client.put().uri("/stock/99").retrieve().toBodilessEntity();
			LockLease later = FixedLease.of("stock", "tea", 8);
			write.contextWrite((context) -> ReactiveLockContext.put(context, List.of(later))).block();
			try (var held = LockContext.attach(FixedLease.of("stock", "tea", 7))) {
				assertThatExceptionOfType(WebClientResponseException.Conflict.class).isThrownBy(write::block);
			}
			assertThatIllegalStateException().isThrownBy(write::block).withMessageContaining("[stock]");
		}
	}

	/** A service on a free port, and a client that sends tokens. */
	private static final class Running implements AutoCloseable {

		private final ConfigurableApplicationContext context;

		private final String url;

		private final RestClient client;

		Running(Class<?> application, String... arguments) {
			WebApplicationType type = (application == Servlet.class) ? WebApplicationType.SERVLET
					: WebApplicationType.REACTIVE;
			this.context = new SpringApplicationBuilder(application).web(type)
				.run(Stream.concat(Stream.of("--server.port=0", "--server.address=127.0.0.1"), Stream.of(arguments))
					.toArray(String[]::new));
			this.url = "http://127.0.0.1:" + this.context.getEnvironment().getProperty("local.server.port");
			this.client = RestClient.builder()
				.baseUrl(this.url)
				.requestInterceptor(new FencingTokenInterceptor())
				.build();
		}

		void write(long token, int remaining) {
			try (var held = LockContext.attach(FixedLease.of("stock", "tea", token))) {
				this.client.put().uri("/stock/{remaining}", remaining).retrieve().toBodilessEntity();
			}
		}

		int remaining() {
			return Integer.parseInt(this.client.get().uri("/stock").retrieve().body(String.class));
		}

		String caller() {
			return this.client.get().uri("/caller").retrieve().body(String.class);
		}

		@Override
		public void close() {
			this.context.close();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ TomcatServletWebServerAutoConfiguration.class, DispatcherServletAutoConfiguration.class,
			WebMvcAutoConfiguration.class, JacksonAutoConfiguration.class, HttpMessageConvertersAutoConfiguration.class,
			LockProblemDetailsAutoConfiguration.class, FencingHttpAutoConfiguration.class })
	@Import(StockService.class)
	static class Servlet {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ NettyReactiveWebServerAutoConfiguration.class, HttpHandlerAutoConfiguration.class,
			WebFluxAutoConfiguration.class, JacksonAutoConfiguration.class, CodecsAutoConfiguration.class,
			LockProblemDetailsAutoConfiguration.class, FencingHttpAutoConfiguration.class })
	@Import(StockService.class)
	static class Reactive {

	}

}
