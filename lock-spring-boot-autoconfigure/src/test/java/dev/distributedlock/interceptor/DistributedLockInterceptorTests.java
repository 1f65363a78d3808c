package dev.distributedlock.interceptor;

import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;

import dev.distributedlock.LockBackendException;
import dev.distributedlock.LockLostException;
import dev.distributedlock.LockTimeoutException;
import dev.distributedlock.annotation.DistributedLock;
import dev.distributedlock.annotation.OnFailure;
import dev.distributedlock.interceptor.RecordingLockRegistry.State;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * What callers see of a locked call.
 */
class DistributedLockInterceptorTests {

	@Test
	void resultIsReturnedAfterRelease() {
		LockedBeans.with(Service.class, (service, locks) -> {
			assertThat(service.run("ok")).isEqualTo("ok");
			assertThat(locks.events()).containsExactly("LOCK", "UNLOCK");
		});
	}

	@Test
	void exceptionOfMethodIsSeenAsItIsAfterRelease() {
		LockedBeans.with(Service.class, (service, locks) -> {
			assertThatIOException().isThrownBy(service::fail).withMessage("body").withNoCause();
			assertThat(locks.events()).containsExactly("LOCK", "UNLOCK");
		});
	}

	@Test
	void failureOfReleaseIsSuppressedByThatOfMethod() {
		LockedBeans.with(Service.class, (service, locks) -> {
			locks.state(State.LOST_WHILE_HELD);
			assertThatIOException().isThrownBy(service::fail)
				.withMessage("body")
				.satisfies((ex) -> assertThat(ex.getSuppressed()).hasExactlyElementsOfTypes(LockLostException.class));
		});
	}

	@Test
	void lossIsSeenAfterNormalReturn() {
		LockedBeans.with(Service.class, (service, locks) -> {
			locks.state(State.LOST_WHILE_HELD);
			assertThatExceptionOfType(LockLostException.class).isThrownBy(() -> service.run("x"));
			assertThatExceptionOfType(LockLostException.class).isThrownBy(service::skippedObject);
		});
	}

	@Test
	void busyLockThrowsAndMethodDoesNotRun() {
		LockedBeans.with(Service.class, (service, locks) -> {
			locks.state(State.BUSY);
			assertThatExceptionOfType(LockTimeoutException.class).isThrownBy(() -> service.run("x"));
			assertThatExceptionOfType(LockTimeoutException.class).isThrownBy(service::throwing);
			assertThat(service.runs()).isZero();
		});
	}

	@Test
	void skippedCallReturnsWhatItsTypeCallsEmpty() {
		LockedBeans.with(Service.class, (service, locks) -> {
			locks.state(State.BUSY);
			assertThat(service.skippedOptional()).isEmpty();
			assertThat(service.skippedOptionalInt()).isEmpty();
			assertThat(service.skippedObject()).isNull();
			assertThat(service.skippedInt()).isZero();
			assertThat(service.skippedBoolean()).isFalse();
			assertThat(service.skippedChar()).isEqualTo('\0');
			service.skippedVoid();
			assertThat(service.runs()).isZero();
			assertThat(locks.requests()).hasSize(7);
		});
	}

	@Test
	void callThatGetsTheLockIsNotSkipped() {
		LockedBeans.with(Service.class, (service, locks) -> {
			assertThat(service.skippedOptional()).contains("ran");
			assertThat(service.skippedInt()).isEqualTo(1);
			assertThat(service.skippedObject()).isEqualTo("ran");
		});
	}

	@Test
	void troubleWithTheStoreIsNeverSkipped() {
		LockedBeans.with(Service.class, (service, locks) -> {
			locks.state(State.DOWN);
			assertThatExceptionOfType(LockBackendException.class).isThrownBy(service::skippedObject);
			assertThatExceptionOfType(LockBackendException.class).isThrownBy(service::skippedInt);
			assertThat(service.runs()).isZero();
		});
	}

	static class Service {

		private int runs;

		public int runs() {
			return this.runs;
		}

		@DistributedLock
		public String run(String result) {
			this.runs++;
			return result;
		}

		@DistributedLock
		public void fail() throws IOException {
			throw new IOException("body");
		}

		@DistributedLock(onFailure = OnFailure.THROW)
		public void throwing() {
			this.runs++;
		}

		@DistributedLock(onFailure = OnFailure.SKIP)
		public Optional<String> skippedOptional() {
			this.runs++;
			return Optional.of("ran");
		}

		@DistributedLock(onFailure = OnFailure.SKIP)
		public OptionalInt skippedOptionalInt() {
			this.runs++;
			return OptionalInt.of(1);
		}

		@DistributedLock(onFailure = OnFailure.SKIP)
		public @Nullable String skippedObject() {
			this.runs++;
			return "ran";
		}

		@DistributedLock(onFailure = OnFailure.SKIP)
		public int skippedInt() {
			this.runs++;
			return 1;
		}

		@DistributedLock(onFailure = OnFailure.SKIP)
		public boolean skippedBoolean() {
			this.runs++;
			return true;
		}

		@DistributedLock(onFailure = OnFailure.SKIP)
		public char skippedChar() {
			this.runs++;
			return 'x';
		}

		@DistributedLock(onFailure = OnFailure.SKIP)
		public void skippedVoid() {
			this.runs++;
		}

	}

}
