package dev.distributedlock.interceptor;

import java.io.IOException;
import java.lang.reflect.Method;

import dev.distributedlock.LockBackendException;
import dev.distributedlock.LockTimeoutException;
import dev.distributedlock.annotation.DistributedLock;
import dev.distributedlock.annotation.LockFailureHandler;
import dev.distributedlock.annotation.OnFailure;
import dev.distributedlock.interceptor.RecordingLockRegistry.State;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * Who answers instead of a method whose lock is busy.
 */
class BusyReactionTests {

	private final ApplicationContextRunner runner = LockedBeans.context().withBean(Handler.class);

	@Test
	void fallbackAnswersWithTheArgumentsAndTheFailure() {
		LockedBeans.with(this.runner, Service.class, Service.class, (service, locks) -> {
			assertThat(service.pay("1")).isEqualTo("paid 1");
			locks.state(State.BUSY);
			assertThat(service.pay("1")).isEqualTo("later 1: busy");
			assertThat(service.quick("1")).isEqualTo("quickly 1");
			assertThat(service.shared("1")).isEqualTo("static 1");
			assertThat(service.runs()).isEqualTo(1);
		});
	}

	@Test
	void exceptionOfFallbackIsSeenAsItIs() {
		LockedBeans.with(this.runner, Service.class, Service.class, (service, locks) -> {
			locks.state(State.BUSY);
			assertThatIOException().isThrownBy(() -> service.failing("1")).withMessage("fallback").withNoCause();
		});
	}

	@Test
	void handlerAnswersWithMethodArgumentsAndFailure() {
		LockedBeans.with(this.runner, Service.class, Service.class, (service, locks) -> {
			assertThat(service.handled("1")).isEqualTo("handled 1");
			locks.state(State.BUSY);
			assertThat(service.handled("1")).isEqualTo("handler of handled for 1: busy");
			assertThatExceptionOfType(LockTimeoutException.class).isThrownBy(() -> service.handled("rethrow"));
		});
	}

	@Test
	void handlerOfAParentContextIsFound() {
		new ApplicationContextRunner().withBean(Handler.class)
			.run((parent) -> LockedBeans.with(LockedBeans.context().withParent(parent), Service.class, Service.class,
					(service, locks) -> {
						locks.state(State.BUSY);
						assertThat(service.handled("1")).startsWith("handler of handled");
					}));
	}

	@Test
	void whatTheMethodThrowsIsNotAnswered() {
		LockedBeans.with(this.runner, Service.class, Service.class,
				(service, locks) -> assertThatExceptionOfType(LockTimeoutException.class)
					.isThrownBy(() -> service.pay("inner"))
					.withMessage("of the method"));
	}

	@Test
	void backendErrorIsDistinctFromBusyAndNeverAnswered() {
		LockedBeans.with(this.runner, Service.class, Service.class, (service, locks) -> {
			locks.state(State.DOWN);
			assertThatExceptionOfType(LockBackendException.class).isThrownBy(() -> service.pay("1"));
			assertThatExceptionOfType(LockBackendException.class).isThrownBy(() -> service.handled("1"));
			assertThat(service.runs()).isZero();
		});
	}

	static class Handler implements LockFailureHandler {

		@Override
		public Object handle(LockTimeoutException busy, Method method, @Nullable Object[] arguments) {
			if ("rethrow".equals(arguments[0])) {
				throw busy;
			}
			return "handler of " + method.getName() + " for " + arguments[0] + ": " + busy.getMessage();
		}

	}

	static class Service {

		private int runs;

		public int runs() {
			return this.runs;
		}

		@DistributedLock(fallback = "payLater")
		public String pay(String id) {
			if (id.equals("inner")) {
				throw new LockTimeoutException("of the method");
			}
			this.runs++;
			return "paid " + id;
		}

		@SuppressWarnings("unused")
		private String payLater(String id, LockTimeoutException busy) {
			return "later " + id + ": " + busy.getMessage();
		}

		@DistributedLock(onFailure = OnFailure.FALLBACK, fallback = "quickly")
		public CharSequence quick(String id) {
			this.runs++;
			return id;
		}

		protected String quickly(String id) {
			return "quickly " + id;
		}

		@DistributedLock(fallback = "ofClass")
		public String shared(String id) {
			this.runs++;
			return id;
		}

		static String ofClass(String id, Exception busy) {
			return "static " + id;
		}

		@DistributedLock(fallback = "fail")
		public void failing(String id) throws IOException {
			this.runs++;
		}

		void fail(String id) throws IOException {
			throw new IOException("fallback");
		}

		@DistributedLock(handler = Handler.class)
		public String handled(String id) {
			return "handled " + id;
		}

	}

}
