package dev.distributedlock.backend.redis;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

import dev.distributedlock.backend.Ticker;
import org.junit.jupiter.api.Test;
import org.redisson.api.RScript.ReturnType;
import org.redisson.client.RedisConnectionException;
import org.redisson.client.RedisTimeoutException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What becomes of calls when there is no connection.
 */
class CommandLaneTests {

	@Test
	void callFailsAsTheConnectionDoes() {
		RedisConnectionException refused = new RedisConnectionException("refused");
		assertThat(call(lane(() -> CompletableFuture.failedFuture(refused)))).failsWithin(Duration.ofSeconds(5))
			.withThrowableThat()
			.withCause(refused);
	}

	@Test
	void unknownVersionOfRedissonIsToldToTheCaller() {
		assertThat(call(lane(() -> {
			throw new NoSuchMethodError("connectionWriteOp");
		}))).failsWithin(Duration.ofSeconds(5)).withThrowableThat().withCauseInstanceOf(NoSuchMethodError.class);
	}

	@Test
	void callEndsInTimeWhenNoConnectionComes() {
		CompletableFuture<LentConnection> never = new CompletableFuture<>();
		assertThat(call(lane(() -> never))).failsWithin(Duration.ofSeconds(5))
			.withThrowableThat()
			.withCauseInstanceOf(RedisTimeoutException.class);
		assertThat(never).as("the demand is withdrawn").isCompletedExceptionally();
	}

	@Test
	void callsGoOnAfterAnErrorInTheMiddleOfAStep() {
		RedisConnectionException refused = new RedisConnectionException("refused");
		AtomicBoolean stackIsFull = new AtomicBoolean(true);
		CommandLane lane = lane(() -> {
			if (stackIsFull.get()) {
				throw new StackOverflowError("planned by test");
			}
			return CompletableFuture.failedFuture(refused);
		});
		assertThat(call(lane)).failsWithin(Duration.ofSeconds(5))
			.withThrowableThat()
			.havingRootCause()
			.isInstanceOf(StackOverflowError.class);
		stackIsFull.set(false);
		assertThat(call(lane)).failsWithin(Duration.ofSeconds(5)).withThrowableThat().withCause(refused);
	}

	private static CommandLane lane(Supplier<CompletableFuture<LentConnection>> connections) {
		return new CommandLane(connections, (name) -> name, Ticker.system(), 200);
	}

	private static CompletableFuture<Long> call(CommandLane lane) {
		ScriptCall<Long> call = ScriptCall.of(LockScript.RELEASE, ReturnType.LONG, List.of("key"), "owner", "key");
		lane.send(call);
		return call.reply();
	}

}
