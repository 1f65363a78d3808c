package dev.distributedlock.interceptor;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import dev.distributedlock.annotation.DistributedLock;
import dev.distributedlock.autoconfigure.LockValidationAutoConfiguration;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.resilience.annotation.EnableResilientMethods;
import org.springframework.resilience.annotation.Retryable;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.access.prepost.PostAuthorize;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.config.annotation.method.configuration.EnableMethodSecurity;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.validation.annotation.Validated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Calls that advice of others refuses or repeats: who may not call takes no lock, and
 * nobody waits under one.
 */
class RefusedCallTests {

	private final ApplicationContextRunner runner = LockedBeans.context().withBean(Orders.class);

	@AfterEach
	void logOut() {
		SecurityContextHolder.clearContext();
	}

	@Test
	void deniedCallerTakesNoLock() {
		this.runner.withUserConfiguration(Security.class).run((context) -> {
			Orders orders = context.getBean(Orders.class);
			RecordingLockRegistry locks = context.getBean(RecordingLockRegistry.class);
			logIn("GUEST");
			assertThatExceptionOfType(AccessDeniedException.class).isThrownBy(orders::cancel);
			assertThat(locks.requests()).isEmpty();
			logIn("ADMIN");
			orders.cancel();
			assertThat(locks.events()).containsExactly("LOCK", "BODY", "UNLOCK");
		});
	}

	@Test
	void deniedCallerTakesNoLockAlsoWhereTransactionsAreConfiguredOutermost() {
		this.runner.withUserConfiguration(OutermostSecurity.class).run((context) -> {
			logIn("GUEST");
			assertThatExceptionOfType(AccessDeniedException.class)
				.isThrownBy(() -> context.getBean(Orders.class).cancel());
			assertThat(context.getBean(RecordingLockRegistry.class).requests()).isEmpty();
		});
	}

	@Test
	void resultIsCheckedAfterTheRelease() {
		this.runner.withUserConfiguration(Security.class).run((context) -> {
			logIn("GUEST");
			assertThatExceptionOfType(AccessDeniedException.class)
				.isThrownBy(() -> context.getBean(Orders.class).secret());
			assertThat(context.getBean(RecordingLockRegistry.class).events()).containsExactly("LOCK", "BODY", "UNLOCK");
		});
	}

	@Test
	void invalidArgumentTakesNoLock() {
		validation().run((context) -> {
			ValidatedOrders orders = context.getBean(ValidatedOrders.class);
			RecordingLockRegistry locks = context.getBean(RecordingLockRegistry.class);
			assertThatExceptionOfType(ConstraintViolationException.class).isThrownBy(() -> orders.pay(" "));
			assertThat(locks.requests()).isEmpty();
			assertThatExceptionOfType(ConstraintViolationException.class).isThrownBy(() -> orders.pay(null));
			assertThat(locks.requests()).isEmpty();
			assertThat(orders.pay("42")).isEqualTo("42");
			assertThat(locks.events()).containsExactly("LOCK", "BODY", "UNLOCK");
		});
	}

	@Test
	void resultIsValidatedOnce() {
		validation().run((context) -> {
			ValidatedOrders orders = context.getBean(ValidatedOrders.class);
			assertThatExceptionOfType(ConstraintViolationException.class).isThrownBy(() -> orders.pay("none"))
				.withMessageContaining("return value");
			assertThat(context.getBean(RecordingLockRegistry.class).events()).containsExactly("LOCK", "BODY", "UNLOCK");
		});
	}

	private ApplicationContextRunner validation() {
		return this.runner.withBean(ValidatedOrders.class)
			.withConfiguration(
					AutoConfigurations.of(ValidationAutoConfiguration.class, LockValidationAutoConfiguration.class));
	}

	@Test
	void noLockIsHeldBetweenTwoAttempts() {
		this.runner.withUserConfiguration(Resilience.class).run((context) -> {
			Orders orders = context.getBean(Orders.class);
			assertThat(orders.retried()).isEqualTo("third");
			assertThat(context.getBean(RecordingLockRegistry.class).events()).containsExactly("LOCK", "BODY", "UNLOCK",
					"LOCK", "BODY", "UNLOCK", "LOCK", "BODY", "UNLOCK");
			// The back-off is 60 ms; were it under the lock it would be before the
			// UNLOCK.
			assertThat(orders.pauses()).hasSize(2).allMatch((millis) -> millis >= 50);
		});
	}

	private static void logIn(String role) {
		SecurityContextHolder.getContext()
			.setAuthentication(new TestingAuthenticationToken("user", "password", "ROLE_" + role));
	}

	static class Orders {

		private final List<Long> starts = new ArrayList<>();

		private final AtomicInteger attempts = new AtomicInteger();

		private final RecordingLockRegistry locks;

		Orders(RecordingLockRegistry locks) {
			this.locks = locks;
		}

		@PreAuthorize("hasRole('ADMIN')")
		@DistributedLock
		public void cancel() {
			this.locks.event("BODY");
		}

		@PostAuthorize("returnObject == 'public'")
		@DistributedLock
		public String secret() {
			this.locks.event("BODY");
			return "secret";
		}

		@Retryable(maxRetries = 2, delay = 60)
		@DistributedLock
		public String retried() {
			this.locks.event("BODY");
			this.starts.add(System.nanoTime());
			if (this.attempts.incrementAndGet() < 3) {
				throw new IllegalStateException("body");
			}
			return "third";
		}

		public List<Long> pauses() {
			List<Long> pauses = new ArrayList<>();
			for (int i = 1; i < this.starts.size(); i++) {
				pauses.add((this.starts.get(i) - this.starts.get(i - 1)) / 1_000_000);
			}
			return pauses;
		}

	}

	@Validated
	static class ValidatedOrders {

		private final RecordingLockRegistry locks;

		ValidatedOrders(RecordingLockRegistry locks) {
			this.locks = locks;
		}

		@DistributedLock(name = "orders", key = "#id")
		public @NotNull String pay(@NotBlank String id) {
			this.locks.event("BODY");
			return "none".equals(id) ? null : id;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableMethodSecurity
	static class Security {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableMethodSecurity(offset = -1_000)
	static class OutermostSecurity {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableResilientMethods
	static class Resilience {

	}

}
