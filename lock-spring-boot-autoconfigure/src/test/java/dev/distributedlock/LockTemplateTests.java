package dev.distributedlock;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

import dev.distributedlock.backend.memory.InMemoryLockBackend;
import dev.distributedlock.core.DefaultLockRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class LockTemplateTests {

	private static final LockRequest ORDER = LockRequest.of("orders", 42).waitAtMost(Duration.ZERO);

	private final InMemoryLockBackend store = new InMemoryLockBackend();

	private final DefaultLockRegistry registry = DefaultLockRegistry.builder(this.store).build();

	private final DefaultLockRegistry elsewhere = DefaultLockRegistry.builder(this.store).build();

	private final LockTemplate template = new LockTemplate(this.registry);

	@AfterEach
	void close() {
		assertThat(this.store.size()).isZero();
		this.registry.close();
		this.elsewhere.close();
	}

	@Test
	void bodyRunsUnderTheLock() {
		String result = this.template.execute(ORDER, (lease) -> {
			assertThat(LockContext.current()).isSameAs(lease);
			assertThat(this.elsewhere.tryAcquire(ORDER)).isEmpty();
			return "done";
		});
		assertThat(result).isEqualTo("done");
		assertThatIllegalStateException().isThrownBy(LockContext::current);
	}

	@Test
	void bodyDoesNotRunWhileTheLockIsBusy() {
		try (LockLease lease = this.elsewhere.acquire(ORDER)) {
			assertThat(this.template.tryExecute(ORDER, (own) -> "ran")).isEmpty();
			assertThatExceptionOfType(LockTimeoutException.class)
				.isThrownBy(() -> this.template.execute(ORDER, (own) -> "ran"));
			assertThat(lease.isValid()).isTrue();
		}
		assertThat(this.template.tryExecute(ORDER, (own) -> "ran")).isEqualTo(Optional.of("ran"));
	}

	@Test
	void exceptionOfTheBodyIsNotMaskedByTheLossOfTheLock() {
		IOException failure = new IOException("body");
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> this.template.execute(ORDER, (lease) -> {
			this.store.clear();
			throw failure;
		}))
			.isSameAs(failure)
			.satisfies((ex) -> assertThat(ex.getSuppressed()).hasOnlyElementsOfType(LockLostException.class));
	}

	@ParameterizedTest
	@MethodSource("errors")
	void errorOfTheBodyIsSeenAsItIsAfterOneRelease(Supplier<? extends Error> body, Class<? extends Error> type) {
		assertThatExceptionOfType(type).isThrownBy(() -> this.template.execute(ORDER, (lease) -> {
			throw body.get();
		})).satisfies((error) -> assertThat(error.getSuppressed()).isEmpty());
		assertThat(LockContext.leases()).isEmpty();
		try (LockLease next = this.elsewhere.acquire(ORDER)) {
			assertThat(next.isValid()).isTrue();
		}
	}

	static Stream<Arguments> errors() {
		return Stream.of(Arguments.of((Supplier<Error>) () -> overflow(0), StackOverflowError.class),
				Arguments.of((Supplier<Error>) () -> new OutOfMemoryError("planned by test"), OutOfMemoryError.class),
				Arguments.of((Supplier<Error>) () -> new AssertionError("body"), AssertionError.class));
	}

	private static Error overflow(int depth) {
		return (depth < 0) ? new AssertionError("the stack is endless") : overflow(depth + 1);
	}

	@Test
	void lossIsToldAfterANormalReturn() {
		assertThatExceptionOfType(LockLostException.class).isThrownBy(() -> this.template.execute(ORDER, (lease) -> {
			this.store.clear();
			return "returned";
		}));
	}

	@Test
	void attachedLeaseMakesAnotherThreadReenter() throws InterruptedException {
		try (LockLease lease = this.registry.acquire(ORDER)) {
			Optional<?>[] nested = new Optional<?>[2];
			Thread other = new Thread(() -> {
				nested[0] = this.registry.tryAcquire(ORDER);
				try (LockContext.Scope scope = LockContext.attach(lease)) {
					nested[1] = this.registry.tryAcquire(ORDER);
					nested[1].map(LockLease.class::cast).ifPresent(LockLease::close);
				}
				assertThat(LockContext.leases()).isEmpty();
			});
			other.start();
			other.join();
			assertThat(nested[0]).isEmpty();
			assertThat(nested[1]).isPresent();
		}
	}

}
