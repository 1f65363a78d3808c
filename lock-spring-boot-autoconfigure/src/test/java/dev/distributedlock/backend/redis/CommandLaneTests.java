package dev.distributedlock.backend.redis;

import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import dev.distributedlock.backend.Ticker;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.redisson.api.RScript.ReturnType;
import org.redisson.client.RedisConnectionException;
import org.redisson.client.RedisException;
import org.redisson.client.RedisTimeoutException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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

	@Test
	void nothingIsSentToAMasterThatIsNoneAnyMore() {
		ScriptedConnection demoted = new ScriptedConnection();
		ScriptedConnection promoted = new ScriptedConnection();
		CommandLane lane = lane(demoted, promoted);
		CompletableFuture<Long> underWay = call(lane);
		demoted.toMaster = false;
		CompletableFuture<Long> next = call(lane);
		assertThat(demoted.received).hasSize(1);
		assertThat(promoted.received).hasSize(1);
		assertThat(demoted.returns).as("something is under way").isEmpty();
		underWay.complete(1L);
		next.complete(1L);
		assertThat(demoted.returns).containsExactly("given back");
		assertThat(promoted.returns).isEmpty();
	}

	@Test
	void connectionIsNotAskedForAllTheTimeWhileThePoolHasNoneToTheMaster() {
		ScriptedConnection demoted = new ScriptedConnection();
		demoted.toMaster = false;
		ScriptedConnection promoted = new ScriptedConnection();
		AtomicInteger asked = new AtomicInteger();
		CommandLane lane = lane(
				() -> CompletableFuture.completedFuture((asked.incrementAndGet() < 3) ? demoted : promoted));
		CompletableFuture<Long> call = call(lane);
		assertThat(asked).as("asked for at once").hasValue(1);
		await().atMost(Duration.ofSeconds(5))
			.untilAsserted(() -> assertThat(promoted.received).as("the clock is looked at").hasSize(1));
		assertThat(demoted.received).isEmpty();
		assertThat(demoted.returns).containsExactly("given back", "given back");
		call.complete(1L);
	}

	@Test
	void whatIsUnderWayToAMasterThatIsNoneAnyMoreEndsInTime() {
		ScriptedConnection demoted = new ScriptedConnection();
		CommandLane lane = lane(demoted, new ScriptedConnection());
		CompletableFuture<Long> underWay = call(lane);
		demoted.toMaster = false;
		call(lane);
		assertThat(underWay).failsWithin(Duration.ofSeconds(5))
			.withThrowableThat()
			.withCauseInstanceOf(RedisTimeoutException.class);
		// by the thread that has failed the call, just afterwards
		Awaitility.await("the connection is given up")
			.untilAsserted(() -> assertThat(demoted.returns).containsExactly("discarded"));
	}

	@Test
	void connectionThatLeadsToAReplicaIsConnectedAnew() {
		ScriptedConnection demoted = new ScriptedConnection();
		ScriptedConnection promoted = new ScriptedConnection();
		CommandLane lane = lane(demoted, promoted);
		CompletableFuture<Long> refused = call(lane);
		CompletableFuture<Long> underWay = call(lane);
		refused.completeExceptionally(
				new RedisException("ERR Error running script: -READONLY You can't write against a read only replica."));
		CompletableFuture<Long> next = call(lane);
		assertThat(promoted.received).hasSize(1);
		assertThat(demoted.returns).as("something is under way").isEmpty();
		underWay.complete(0L);
		next.complete(1L);
		assertThat(demoted.returns).containsExactly("discarded");
	}

	@Test
	void renewalThatAReplicaRefusesLeavesTheConnectionToo() {
		ScriptedConnection demoted = new ScriptedConnection();
		CommandLane lane = lane(demoted);
		ScriptCall<List<Object>> renewal = ScriptCall.of(LockScript.RENEW, ReturnType.LIST, List.of("one", "two"));
		lane.send(renewal);
		renewal.reply().complete(List.of(0L, "READONLY You can't write against a read only replica."));
		assertThat(demoted.returns).containsExactly("discarded");
	}

	@Test
	void connectionWhoseServerRefusesForAnotherReasonStays() {
		ScriptedConnection full = new ScriptedConnection();
		CommandLane lane = lane(full);
		call(lane).completeExceptionally(new RedisException("OOM command not allowed when used memory > 'maxmemory'"));
		ScriptCall<List<Object>> renewal = ScriptCall.of(LockScript.RENEW, ReturnType.LIST, List.of("one"));
		lane.send(renewal);
		renewal.reply().complete(List.of("WRONGTYPE not a lock"));
		assertThat(full.returns).isEmpty();
		assertThat(full.received).hasSize(2);
	}

	private static CommandLane lane(ScriptedConnection... connections) {
		Iterator<ScriptedConnection> next = List.of(connections).iterator();
		return lane(() -> CompletableFuture.completedFuture(next.next()));
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
