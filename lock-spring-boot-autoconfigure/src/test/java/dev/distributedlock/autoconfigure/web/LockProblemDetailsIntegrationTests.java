package dev.distributedlock.autoconfigure.web;

import java.util.Map;
import java.util.stream.Stream;

import dev.distributedlock.LockTimeoutException;
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
import org.springframework.boot.webmvc.autoconfigure.error.ErrorMvcAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

import static org.assertj.core.api.Assertions.assertThat;

/** A servlet and a reactive application on real ports. */
class LockProblemDetailsIntegrationTests {

	private static final String TYPES = "urn:problem-type:distributed-lock:";

	private static final Map<String, Integer> STATUS = Map.of("busy", 409, "stale-token", 409, "interrupted", 503,
			"shutting-down", 503, "store-unavailable", 503, "lock-lost", 500);

	static Stream<Class<?>> applications() {
		return Stream.of(Servlet.class, Reactive.class);
	}

	@ParameterizedTest
	@MethodSource("applications")
	void exceptionsBecomeProblemsWithoutTheKey(Class<?> application) {
		try (Running running = new Running(application)) {
			STATUS.forEach((failure, status) -> {
				verify(running, "/fail/" + failure, failure, status);
				verify(running, "/later/" + failure, failure, status);
			});
			running.get("/fail/busy").expectHeader().valueEquals(HttpHeaders.RETRY_AFTER, "3");
			running.get("/fail/lock-lost").expectHeader().doesNotExist(HttpHeaders.RETRY_AFTER);
			running.get("/fail/store-unavailable").expectHeader().doesNotExist(HttpHeaders.RETRY_AFTER);
		}
	}

	private static void verify(Running running, String path, String failure, int status) {
		WebTestClient.ResponseSpec answer = running.get(path);
		answer.expectStatus().isEqualTo(status);
		answer.expectHeader().contentType(MediaType.APPLICATION_PROBLEM_JSON);
		WebTestClient.BodyContentSpec body = answer.expectBody();
		body.jsonPath("$.type").isEqualTo(TYPES + failure);
		body.jsonPath("$.status").isEqualTo(status);
		body.jsonPath("$.title").isNotEmpty();
		body.jsonPath("$.instance").isEqualTo(path);
		body.jsonPath("$.detail").value(String.class, (detail) -> doesNotContain(detail, "secret"));
		if (!failure.equals("shutting-down")) {
			body.jsonPath("$.lock").isEqualTo("stock");
		}
	}

	@ParameterizedTest
	@MethodSource("applications")
	void messageIsThereWhenAskedFor(Class<?> application) {
		try (Running running = new Running(application,
				"--distributed-lock.web.problem-details.include-message=true")) {
			running.get("/fail/busy")
				.expectBody()
				.jsonPath("$.detail")
				.value(String.class, (detail) -> contains(detail, "'stock:secret' not acquired within 2.5s"));
		}
	}

	@ParameterizedTest
	@MethodSource("applications")
	void switchedOffItLeavesExceptionsAlone(Class<?> application) {
		try (Running running = new Running(application, "--distributed-lock.web.problem-details.enabled=false")) {
			running.get("/fail/busy").expectStatus().isEqualTo(500);
		}
	}

	@Test
	void handlerOfTheApplicationWins() {
		try (Running servlet = new Running(ServletWithHandler.class);
				Running reactive = new Running(ReactiveWithHandler.class)) {
			for (Running running : new Running[] { servlet, reactive }) {
				running.get("/fail/busy").expectStatus().isOk().expectBody(String.class).isEqualTo("busy, handled");
				running.get("/fail/lock-lost").expectStatus().isOk().expectBody(String.class).isEqualTo("handled");
			}
		}
	}

	private static void contains(String text, String part) {
		assertThat(text).contains(part);
	}

	private static void doesNotContain(String text, String part) {
		assertThat(text).isNotBlank().doesNotContain(part);
	}

	/** An application on a free port. */
	private static final class Running implements AutoCloseable {

		private final ConfigurableApplicationContext context;

		private final WebTestClient client;

		Running(Class<?> application, String... arguments) {
			String[] all = Stream
				.concat(Stream.of("--server.port=0", "--server.address=127.0.0.1"), Stream.of(arguments))
				.toArray(String[]::new);
			this.context = new SpringApplicationBuilder(application).web((Servlet.class.isAssignableFrom(application))
					? WebApplicationType.SERVLET : WebApplicationType.REACTIVE)
				.run(all);
			this.client = WebTestClient.bindToServer()
				.baseUrl("http://127.0.0.1:" + this.context.getEnvironment().getProperty("local.server.port"))
				.build();
		}

		WebTestClient.ResponseSpec get(String path) {
			return this.client.get().uri(path).exchange();
		}

		@Override
		public void close() {
			this.context.close();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ TomcatServletWebServerAutoConfiguration.class, DispatcherServletAutoConfiguration.class,
			WebMvcAutoConfiguration.class, ErrorMvcAutoConfiguration.class, JacksonAutoConfiguration.class,
			HttpMessageConvertersAutoConfiguration.class, LockProblemDetailsAutoConfiguration.class })
	@Import(FailingShop.class)
	static class Servlet {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ NettyReactiveWebServerAutoConfiguration.class, HttpHandlerAutoConfiguration.class,
			WebFluxAutoConfiguration.class, JacksonAutoConfiguration.class, CodecsAutoConfiguration.class,
			LockProblemDetailsAutoConfiguration.class })
	@Import(FailingShop.class)
	static class Reactive {

	}

	@Import(OwnHandler.class)
	static class ServletWithHandler extends Servlet {

	}

	@Import(OwnHandler.class)
	static class ReactiveWithHandler extends Reactive {

	}

	/** Without an order, and so last as well. */
	@RestControllerAdvice
	static class OwnHandler {

		@ExceptionHandler
		String busy(LockTimeoutException ex) {
			return "busy, handled";
		}

		@ExceptionHandler
		String any(Exception ex) {
			return "handled";
		}

	}

}
