package dev.distributedlock.health;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

import dev.distributedlock.LockBackendException;
import dev.distributedlock.LockKey;
import dev.distributedlock.actuate.FixedLocks;
import dev.distributedlock.backend.AcquireCommand;
import dev.distributedlock.backend.AcquireResult;
import dev.distributedlock.backend.LockBackend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link LockHealthIndicator}.
 */
@Timeout(value = 20, unit = TimeUnit.SECONDS)
class LockHealthIndicatorTests {

	private static final Duration TIMEOUT = Duration.ofMillis(100);

	private static final Duration TIME_TO_LIVE = Duration.ofSeconds(5);

	private final AtomicLong now = new AtomicLong();

	private final FixedLocks locks = new FixedLocks();

	private final LockHealthIndicator health = indicator(this.locks, TIMEOUT);

	@Test
	void answerOfTheStoreIsUpWithDetails() {
		Health up = this.health.health();
		assertThat(up.getStatus()).isEqualTo(Status.UP);
		assertThat(up.getDetails()).containsOnly(Map.entry("version", "7.2"), Map.entry("latency", "PT0S"),
				Map.entry("backend", "fixed"), Map.entry("held", 0), Map.entry("waiting", 0));
	}

	@Test
	void contentionIsNotDown() {
		this.locks.contend("orders", "42");
		assertThat(this.health.health().getStatus()).isEqualTo(Status.UP);
		assertThat(this.health.health().getDetails()).containsEntry("held", 1).containsEntry("waiting", 1);
	}

	@Test
	void answerIsUsedAgainUntilItIsOld() {
		this.health.health();
		pass(TIME_TO_LIVE.minusNanos(1));
		this.health.health();
		assertThat(this.locks.probes).hasValue(1);
		pass(Duration.ofNanos(1));
		this.health.health();
		assertThat(this.locks.probes).hasValue(2);
	}

	@Test
	void heldAndWaitingAreNeverOld() {
		this.health.health();
		this.locks.contend("orders", "42");
		assertThat(this.health.health().getDetails()).containsEntry("held", 1);
		assertThat(this.locks.probes).hasValue(1);
	}

	@Test
	void failureIsDownAndRecoveryIsUp() {
		failWith(new LockBackendException("Store gone", new IllegalStateException("LOADING dataset\nin memory"), true));
		Health down = this.health.health();
		assertThat(down.getStatus()).isEqualTo(Status.DOWN);
		assertThat(down.getDetails()).containsEntry("error", "IllegalStateException: LOADING dataset")
			.containsEntry("backend", "fixed");
		this.locks.answer = () -> CompletableFuture.completedFuture(Map.of());
		pass(TIME_TO_LIVE);
		assertThat(this.health.health().getStatus()).isEqualTo(Status.UP);
	}

	@Test
	void probeThatThrowsIsDown() {
		this.locks.answer = () -> {
			throw new IllegalStateException("closed");
		};
		assertThat(this.health.health().getDetails()).containsEntry("error", "IllegalStateException: closed");
	}

	@ParameterizedTest
	@ValueSource(strings = { "cannot connect to redis://app:s3cret@host:6379", "connect failed, password=s3cret",
			"url jdbc:postgresql://db/locks?user=app&password=s3cret", "AUTH_TOKEN: s3cret", "Bearer s3cret refused",
			"timeout for command: (EVAL), params: [lock:s3cret]", "user 'a' with credentials 's3cret'" })
	void secretsOfTheDriverAreNotShown(String message) {
		failWith(new IllegalStateException(message));
		Health down = this.health.health();
		assertThat(down.getStatus()).isEqualTo(Status.DOWN);
		assertThat(down.getDetails()).containsEntry("error", "IllegalStateException");
		assertThat(down.toString()).doesNotContain("s3cret");
	}

	@Test
	void ownMessageStandsInForAnUnsafeCause() {
		failWith(new LockBackendException("The store refused the login",
				new IllegalStateException("redis://app:s3cret@host"), false));
		assertThat(this.health.health().getDetails()).containsEntry("error",
				"LockBackendException: The store refused the login");
	}

	@Test
	void hangingStoreIsDownWithinTheTimeoutAndIsNotProbedAgain() {
		this.locks.answer = CompletableFuture::new;
		long start = System.nanoTime();
		Health down = this.health.health();
		Duration took = Duration.ofNanos(System.nanoTime() - start);
		assertThat(down.getStatus()).isEqualTo(Status.DOWN);
		assertThat(down.getDetails()).containsEntry("error", "No answer within PT0.1S");
		assertThat(took).isBetween(TIMEOUT.minusMillis(10), TIMEOUT.plusSeconds(2));
		pass(TIMEOUT);
		for (int i = 0; i < 50; i++) {
			assertThat(this.health.health().getStatus()).isEqualTo(Status.DOWN);
		}
		assertThat(this.locks.probes).hasValue(1);
	}

	@Test
	void hangingProbeIsReplacedAfterTenTimeouts() {
		this.locks.answer = CompletableFuture::new;
		this.health.health();
		this.locks.answer = () -> CompletableFuture.completedFuture(Map.of());
		pass(TIMEOUT.multipliedBy(10).minusNanos(1));
		assertThat(this.health.health().getStatus()).isEqualTo(Status.DOWN);
		pass(Duration.ofNanos(1));
		assertThat(this.health.health().getStatus()).isEqualTo(Status.UP);
		assertThat(this.locks.probes).hasValue(2);
	}

	@Test
	void lateAnswerIsNoAnswerButLetsTheStoreBeAskedAgain() {
		CompletableFuture<Map<String, Object>> late = new CompletableFuture<>();
		this.locks.answer = () -> late;
		assertThat(this.health.health().getStatus()).isEqualTo(Status.DOWN);
		pass(TIMEOUT.multipliedBy(2));
		late.complete(Map.of());
		this.locks.answer = () -> CompletableFuture.completedFuture(Map.of());
		assertThat(this.health.health().getStatus()).isEqualTo(Status.UP);
		assertThat(this.locks.probes).hasValue(2);
	}

	@Test
	void concurrentCallersShareOneProbe() throws Exception {
		CompletableFuture<Map<String, Object>> answer = new CompletableFuture<>();
		this.locks.answer = () -> answer;
		LockHealthIndicator patient = indicator(this.locks, Duration.ofSeconds(15));
		ExecutorService callers = Executors.newFixedThreadPool(8);
		try {
			List<Future<Health>> answers = Stream.<Callable<Health>>generate(() -> patient::health)
				.limit(8)
				.map(callers::submit)
				.toList();
			answer.complete(Map.of());
			for (Future<Health> each : answers) {
				assertThat(each.get().getStatus()).isEqualTo(Status.UP);
			}
		}
		finally {
			callers.shutdownNow();
		}
		assertThat(this.locks.probes).hasValue(1);
	}

	@Test
	void interruptEndsTheWaitAndStaysSet() {
		this.locks.answer = CompletableFuture::new;
		LockHealthIndicator patient = indicator(this.locks, Duration.ofMinutes(1));
		Thread.currentThread().interrupt();
		Health interrupted = patient.health();
		assertThat(Thread.interrupted()).isTrue();
		assertThat(interrupted.getStatus()).isEqualTo(Status.UNKNOWN);
	}

	@Test
	void storeThatCannotBeProbedIsUnknown() {
		Health unknown = indicator(new Unprobed(this.locks), TIMEOUT).health();
		assertThat(unknown.getStatus()).isEqualTo(Status.UNKNOWN);
		assertThat(unknown.getDetails()).containsEntry("backend", "fixed").containsEntry("held", 0);
	}

	@Test
	void timeoutMustBePositive() {
		assertThatIllegalArgumentException().isThrownBy(() -> indicator(this.locks, Duration.ZERO))
			.withMessage("'timeout' must be positive but was PT0S");
	}

	private LockHealthIndicator indicator(LockBackend backend, Duration timeout) {
		return new LockHealthIndicator(backend, this.locks, timeout, TIME_TO_LIVE, this.now::get);
	}

	private void failWith(Exception failure) {
		this.locks.answer = () -> CompletableFuture.failedFuture(failure);
	}

	private void pass(Duration time) {
		this.now.addAndGet(time.toNanos());
	}

	/** A store without a probe. */
	private record Unprobed(LockBackend delegate) implements LockBackend {

		@Override
		public String name() {
			return this.delegate.name();
		}

		@Override
		public CompletionStage<AcquireResult> acquire(AcquireCommand command) {
			return this.delegate.acquire(command);
		}

		@Override
		public CompletionStage<Boolean> renew(LockKey key, String owner, Duration lease) {
			return this.delegate.renew(key, owner, lease);
		}

		@Override
		public CompletionStage<Boolean> release(LockKey key, String owner) {
			return this.delegate.release(key, owner);
		}

	}

}
