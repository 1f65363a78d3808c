package dev.distributedlock.fencing.redis;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import dev.distributedlock.LockContext;
import dev.distributedlock.StaleTokenException;
import dev.distributedlock.fencing.FencingToken;
import dev.distributedlock.fencing.FixedLease;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNoException;

/** What the guard promises over every client and topology. */
abstract class RedisFencingGuardContract {

	private static final AtomicInteger COUNT = new AtomicInteger();

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private static final Executor THREADS = (task) -> new Thread(task, "writer").start();

	private final String stock = "guarded-" + COUNT.incrementAndGet() + "-" + System.nanoTime();

	private final RedisFencingGuard guard = guard(RedisFencingGuard.DEFAULT_RETENTION);

	abstract FenceCommands commands();

	/** Send a command past the guard. */
	abstract Object send(String key, String... command);

	private RedisFencingGuard guard(Duration retention) {
		return new RedisFencingGuard(commands(), "test", retention);
	}

	@Test
	void staleWriteLandsWithoutTheGuard() {
		send(this.stock, "SET", this.stock, "99");
		send(this.stock, "SET", this.stock, "42");
		assertThat(stored()).isEqualTo("42");
	}

	@Test
	void staleWriteIsRefused() {
		this.guard.execute(token(8), "SET", this.stock, "99");
		assertThatExceptionOfType(StaleTokenException.class)
			.isThrownBy(() -> this.guard.execute(token(7), "SET", this.stock, "42"))
			.withMessageContaining("7 is stale")
			.satisfies((ex) -> assertThat(ex.seenToken()).hasValue(8));
		assertThat(stored()).isEqualTo("99");
	}

	@Test
	void readingFirstRefusesALateWriteOfTheHolderBefore() {
		this.guard.execute(token(7), "SET", this.stock, "100");
		assertThat(this.guard.execute(token(8), "GET", this.stock)).isEqualTo("100");
		assertThatExceptionOfType(StaleTokenException.class)
			.isThrownBy(() -> this.guard.execute(token(7), "SET", this.stock, "42"));
		this.guard.execute(token(8), "SET", this.stock, "99");
		assertThat(stored()).isEqualTo("99");
	}

	@Test
	void sameTokenWritesAsOftenAsItLikes() {
		this.guard.execute(token(7), "SET", this.stock, "99");
		assertThat(this.guard.execute(token(7), "INCRBY", this.stock, "-9")).isEqualTo(90L);
	}

	@Test
	void answersAreThoseOfTheCommand() {
		FencingToken token = token(7);
		assertThat(this.guard.execute(token, "GET", this.stock)).isNull();
		assertThat(this.guard.execute(token, "SET", this.stock, "é")).isEqualTo("OK");
		assertThat(this.guard.execute(token, "GET", this.stock)).isEqualTo("é");
		assertThat(this.guard.execute(token, "DEL", this.stock)).isEqualTo(1L);
		assertThat(this.guard.execute(token, "RPUSH", this.stock, "a", "b")).isEqualTo(2L);
		assertThat(this.guard.execute(token, "LRANGE", this.stock, "0", "-1")).isEqualTo(List.of("a", "b"));
		assertThatException().isThrownBy(() -> this.guard.execute(token, "INCR", this.stock))
			.withStackTraceContaining("WRONGTYPE");
	}

	@Test
	void tokensAreComparedExactly() {
		this.guard.execute(token(Long.MAX_VALUE), "SET", this.stock, "99");
		assertThatExceptionOfType(StaleTokenException.class)
			.isThrownBy(() -> this.guard.execute(token(Long.MAX_VALUE - 1), "SET", this.stock, "42"));
		FencingToken nine = FencingToken.of(FixedLease.of("digits", "tea", 9));
		FencingToken ten = FencingToken.of(FixedLease.of("digits", "tea", 10));
		this.guard.execute(nine, "SET", this.stock, "9");
		this.guard.execute(ten, "SET", this.stock, "10");
		assertThatExceptionOfType(StaleTokenException.class)
			.isThrownBy(() -> this.guard.execute(nine, "SET", this.stock, "9"));
	}

	@Test
	void hashTagOfTheKeyIsKept() {
		String tagged = "{" + this.stock + "}:left";
		this.guard.execute(token(8), "SET", tagged, "99");
		assertThatExceptionOfType(StaleTokenException.class)
			.isThrownBy(() -> this.guard.execute(token(7), "SET", tagged, "42"));
		assertThat(send(tagged, "GET", tagged)).isEqualTo("99");
	}

	@Test
	void keysThatNoOtherKeyCanShareASlotWithAreRefused() {
		for (String key : List.of("a}b", "a{}b", "}")) {
			assertThatIllegalArgumentException().isThrownBy(() -> this.guard.execute(token(7), "GET", key))
				.withMessageContaining("'" + key + "'");
		}
		assertThatNoException().isThrownBy(() -> this.guard.execute(token(7), "GET", "{a" + this.stock));
	}

	@Test
	void tokenComesFromTheCurrentLock() {
		assertThatIllegalStateException().isThrownBy(this.guard::check);
		try (var held = LockContext.attach(FixedLease.of("stock", this.stock, 8))) {
			this.guard.check();
		}
		assertThatExceptionOfType(StaleTokenException.class).isThrownBy(() -> this.guard.check(token(7)));
	}

	@Test
	void tokenIsRememberedForTheRetention() {
		guard(Duration.ofHours(1)).execute(token(8), "SET", this.stock, "99");
		String fence = "test:fence:{" + this.stock + "}:stock:" + this.stock;
		assertThat(send(fence, "GET", fence)).isEqualTo("8");
		assertThat(Long.parseLong(String.valueOf(send(fence, "PTTL", fence))))
			.isBetween(Duration.ofMinutes(59).toMillis(), Duration.ofHours(1).toMillis());
	}

	@Test
	void acceptedTokensOnlyRise() {
		List<CompletableFuture<Void>> writers = IntStream.range(0, 8)
			.mapToObj((writer) -> CompletableFuture.runAsync(() -> {
				for (int round = 0; round < 25; round++) {
					long token = 1 + (writer * 7 + round * 5) % 60;
					try {
						this.guard.execute(token(token), "RPUSH", this.stock, Long.toString(token));
					}
					catch (StaleTokenException ex) {
						assertThat(ex.seenToken().orElseThrow()).isGreaterThan(token);
					}
				}
			}, THREADS))
			.toList();
		writers.forEach((writer) -> assertThat(writer).succeedsWithin(PATIENCE));
		List<?> history = (List<?>) send(this.stock, "LRANGE", this.stock, "0", "-1");
		assertThat(history.stream().map((token) -> Long.parseLong(String.valueOf(token))).toList()).isSorted()
			.contains(60L);
	}

	private Object stored() {
		return send(this.stock, "GET", this.stock);
	}

	private FencingToken token(long value) {
		return FencingToken.of(FixedLease.of("stock", this.stock, value));
	}

}
