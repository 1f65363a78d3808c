package dev.distributedlock.autoconfigure.web;

import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

import static org.assertj.core.api.Assertions.assertThat;

/** Tests of controllers see what clients will see. */
@WebMvcTest
@ContextConfiguration(classes = LockProblemDetailsSliceTests.Application.class)
class LockProblemDetailsSliceTests {

	@Autowired
	private MockMvcTester mvc;

	@Test
	void sliceOfControllersHasTheProblemDetails() {
		assertThat(this.mvc.get().uri("/fail/busy")).hasStatus(409)
			.hasContentType(MediaType.APPLICATION_PROBLEM_JSON)
			.hasHeader(HttpHeaders.RETRY_AFTER, "3")
			.bodyJson()
			.extractingPath("$.lock")
			.isEqualTo("stock");
	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(FailingShop.class)
	static class Application {

	}

}
