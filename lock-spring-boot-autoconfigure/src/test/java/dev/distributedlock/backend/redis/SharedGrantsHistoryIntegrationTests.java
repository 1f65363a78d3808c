package dev.distributedlock.backend.redis;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;

import dev.distributedlock.LockKey;
import dev.distributedlock.LockRequest;
import dev.distributedlock.testsupport.RedisServer;
import dev.distributedlock.testsupport.RedisVersion;
import dev.distributedlock.testsupport.RespClient;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Random histories of the scripts, checked against what a lock is: nobody holds it
 * together with one that excludes it, tokens rise, nobody waits for a lock that is free.
 */
// Times are those of this JVM: a lease certainly lasts until it has passed since the
// command was sent, and is certainly over when it has passed since the answer came.
@ParameterizedClass
@EnumSource
class SharedGrantsHistoryIntegrationTests {

	private static final LockKey KEY = LockKey.of("orders", 42);

	private static final int[] LIMITS = { 1, 1, 2, 3, LockRequest.SHARED, LockRequest.SHARED };

	private static final long LONG = 60_000;

	private static final int SEEDS = Integer.getInteger("test.history.seeds", 40);

	private final RedisServer server;

	private final RespClient client;

	private final RespClient channel;

	private final RedisKeys keys = new RedisKeys("lock");

	private final Map<String, Grant> grants = new HashMap<>();

	private final Map<String, Owner> waiting = new LinkedHashMap<>();

	private final List<String> history = new ArrayList<>();

	private long lastToken;

	private int owners;

	SharedGrantsHistoryIntegrationTests(RedisVersion version) {
		version.assumePresent();
		this.server = RedisServer.start(version);
		this.client = this.server.client();
		this.channel = this.server.client();
		this.channel.send("SUBSCRIBE", "alive");
	}

	@AfterEach
	void stop() {
		this.client.close();
		this.channel.close();
		this.server.close();
	}

	@Test
	void nobodyHoldsTogetherWithOneThatExcludesItAndNobodyWaitsForAFreeLock() throws Exception {
		for (int seed = 0; seed < SEEDS; seed++) {
			Random random = new Random(seed);
			this.history.clear();
			this.history.add("seed " + seed);
			String trusted = random.nextBoolean() ? "1" : "0";
			for (int step = 0; step < 150; step++) {
				step(random, trusted);
			}
			end(trusted);
		}
	}

	private void step(Random random, String trusted) throws IOException {
		switch (random.nextInt(9)) {
			case 0, 1, 2, 3 -> {
				Owner owner = new Owner("owner-" + ++this.owners, LIMITS[random.nextInt(LIMITS.length)],
						(random.nextInt(4) == 0) ? 1 + random.nextInt(8) : LONG, random.nextInt(3) > 0,
						1 + random.nextInt(3));
				acquire(owner, "", trusted);
			}
			case 4 -> {
				List<Owner> known = new ArrayList<>(this.waiting.values());
				this.grants.values().forEach((grant) -> known.add(grant.owner));
				if (!known.isEmpty()) {
					acquire(known.get(random.nextInt(known.size())), "", trusted);
				}
			}
			case 5 -> {
				List<Grant> held = new ArrayList<>(this.grants.values());
				if (!held.isEmpty()) {
					Owner owner = new Owner("owner-" + ++this.owners, LIMITS[random.nextInt(LIMITS.length)], LONG,
							random.nextBoolean(), 1);
					acquire(owner, held.get(random.nextInt(held.size())).owner.id, trusted);
				}
			}
			case 6 -> {
				List<Grant> held = new ArrayList<>(this.grants.values());
				if (!held.isEmpty()) {
					renew(held.get(random.nextInt(held.size())), (random.nextInt(3) == 0) ? 5 : LONG);
				}
			}
			case 7 -> {
				List<String> held = new ArrayList<>(this.grants.keySet());
				if (!held.isEmpty()) {
					release(held.get(random.nextInt(held.size())), trusted);
				}
			}
			default -> {
				List<String> queued = new ArrayList<>(this.waiting.keySet());
				if (!queued.isEmpty() && random.nextInt(3) == 0) {
					release(queued.get(random.nextInt(queued.size())), trusted);
				}
				else {
					spin(random.nextInt(4));
				}
			}
		}
	}

	private void acquire(Owner owner, String previous, String trusted) throws IOException {
		long sent = System.nanoTime();
		@SuppressWarnings("unchecked")
		List<Object> reply = (List<Object>) call(LockScript.ACQUIRE, keys(), owner.id, Long.toString(owner.lease),
				"test", owner.waits ? "alive" : "", Integer.toString(owner.tokens), KEY.value(), trusted, previous, "",
				Integer.toString(owner.limit));
		long received = System.nanoTime();
		note("acquire " + owner + " previous " + previous + " -> " + reply);
		if (!previous.isEmpty()) {
			Grant before = this.grants.remove(previous);
			boolean released = reply.get(1).equals(1L);
			if (before != null && before.surelyHeld(sent, received)) {
				check(released, previous + " was not released by an exchange");
			}
		}
		List<Told> told = hear(owner);
		if (reply.get(0).equals(1L)) {
			told.add(new Told(owner, Long.parseLong((String) reply.get(2)), Long.parseLong((String) reply.get(3)),
					owner.lease));
		}
		granted(told, sent, received);
		if (reply.get(0).equals(0L)) {
			check(Long.parseLong((String) reply.get(7)) >= this.lastToken, "token of the denial");
			Grant mine = this.grants.get(owner.id);
			check(mine == null || !mine.surelyHeld(sent, received), "denied what it holds");
			check(maybeHeld(sent, received) > 0, "denied although nobody holds it");
			if (owner.waits) {
				this.waiting.put(owner.id, owner);
			}
		}
		invariants(sent, received);
	}

	private void renew(Grant grant, long lease) {
		long sent = System.nanoTime();
		List<?> reply = (List<?>) call(LockScript.RENEW, List.of(this.keys.lock(KEY)), grant.owner.id,
				Long.toString(lease));
		long received = System.nanoTime();
		note("renew " + grant.owner + " for " + lease + " -> " + reply);
		if (reply.get(0).equals(1L)) {
			check(grant.maybeHeld(sent, received), "renewed what is over");
			grant.last(lease, sent, received);
		}
		else {
			check(reply.get(0).equals(0L), "an error");
			check(!grant.surelyHeld(sent, received), "not renewed");
			this.grants.remove(grant.owner.id);
		}
		invariants(sent, received);
	}

	private void release(String owner, String trusted) throws IOException {
		long sent = System.nanoTime();
		Object reply = call(LockScript.RELEASE, keys(), owner, KEY.value(), trusted, "");
		long received = System.nanoTime();
		note("release " + owner + " -> " + reply);
		Grant grant = this.grants.remove(owner);
		this.waiting.remove(owner);
		check(Objects.equals(reply, 1L) ? grant != null && grant.maybeHeld(sent, received)
				: grant == null || !grant.surelyHeld(sent, received), "wrong answer");
		granted(hear(null), sent, received);
		check(this.waiting.isEmpty() || maybeHeld(sent, received) > 0, "waits for a free lock: " + this.waiting);
		invariants(sent, received);
	}

	/**
	 * The messages that were sent with the last answer. One who asks may be told as well,
	 * if others came first and the lock is enough for all of them.
	 */
	private List<Told> hear(@Nullable Owner asking) throws IOException {
		List<Told> told = new ArrayList<>();
		// The answer comes behind all messages that were sent before.
		List<?> message = (List<?>) Objects.requireNonNull(this.channel.send("PING"));
		while (message.get(0).equals("message")) {
			String[] lines = ((String) message.get(2)).split("\n", 6);
			note("told " + String.join(",", lines));
			Owner owner = (asking != null && asking.id.equals(lines[0])) ? asking : this.waiting.get(lines[0]);
			check(owner != null, "granted to nobody");
			told.add(new Told(Objects.requireNonNull(owner), Long.parseLong(lines[1]), Long.parseLong(lines[2]),
					Long.parseLong(lines[3])));
			message = (List<?>) Objects.requireNonNull(this.channel.read());
		}
		assertThat(message.get(0)).isEqualTo("pong");
		return told;
	}

	private void granted(List<Told> told, long sent, long received) {
		told.sort(Comparator.comparingLong(Told::token).thenComparingLong(Told::lease));
		told.forEach((grant) -> granted(grant, sent, received));
	}

	private void granted(Told told, long sent, long received) {
		Owner owner = told.owner;
		this.waiting.remove(owner.id);
		Grant before = this.grants.get(owner.id);
		if (before != null && before.token == told.token) {
			before.last(told.lease, sent, received);
			return;
		}
		check(before == null || !before.surelyHeld(sent, received), "another grant to a holder");
		check(told.token > this.lastToken, "token does not rise");
		check(told.last == told.token + owner.tokens - 1, "number of tokens");
		this.lastToken = told.last;
		int limit = owner.limit;
		int others = 0;
		for (Grant grant : this.grants.values()) {
			if (grant != before && grant.surelyHeld(sent, received)) {
				limit = Math.min(limit, grant.owner.limit);
				others++;
			}
		}
		check(others < limit, owner + " is one too many");
		this.grants.put(owner.id, new Grant(owner, told.token, told.lease, sent, received));
	}

	private void invariants(long sent, long received) {
		this.grants.values().removeIf((grant) -> !grant.maybeHeld(sent, received));
		Object ttl = this.client.send("PTTL", this.keys.lock(KEY));
		check(!Objects.equals(ttl, -1L), "without expiry");
		Object queue = this.client.send("PTTL", this.keys.queue(KEY));
		check(!Objects.equals(queue, -1L), "queue without expiry");
		Object notes = this.client.send("PTTL", this.keys.asked(KEY));
		check(!Objects.equals(notes, -1L), "notes without expiry");
	}

	private long maybeHeld(long sent, long received) {
		return this.grants.values().stream().filter((grant) -> grant.maybeHeld(sent, received)).count();
	}

	private void end(String trusted) throws IOException {
		while (!this.grants.isEmpty() || !this.waiting.isEmpty()) {
			for (String owner : List.copyOf(this.grants.keySet())) {
				release(owner, trusted);
			}
			for (Owner owner : List.copyOf(this.waiting.values())) {
				if (this.waiting.containsKey(owner.id)) {
					acquire(owner, "", trusted);
				}
			}
		}
		check(Objects.equals(this.client.send("EXISTS", this.keys.lock(KEY), this.keys.queue(KEY)), 0L),
				"something is left");
	}

	private static void spin(long millis) {
		long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
		while (System.nanoTime() - end < 0) {
			Thread.onSpinWait();
		}
	}

	private List<String> keys() {
		return List.of(this.keys.lock(KEY), this.keys.token(KEY), this.keys.queue(KEY), this.keys.asked(KEY));
	}

	private @Nullable Object call(LockScript script, List<String> keys, String... arguments) {
		List<String> command = new ArrayList<>(List.of("EVAL", script.text(), Integer.toString(keys.size())));
		command.addAll(keys);
		command.addAll(List.of(arguments));
		return this.client.send(command.toArray(String[]::new));
	}

	private void note(String event) {
		this.history.add(event);
	}

	private void check(boolean condition, String what) {
		assertThat(condition).as(() -> what + "\n" + String.join("\n", this.history)).isTrue();
	}

	private record Owner(String id, int limit, long lease, boolean waits, int tokens) {
	}

	private record Told(Owner owner, long token, long last, long lease) {
	}

	private static final class Grant {

		private final Owner owner;

		private final long token;

		private long surelyUntil;

		private long maybeUntil;

		Grant(Owner owner, long token, long lease, long sent, long received) {
			this.owner = owner;
			this.token = token;
			this.surelyUntil = sent + lease * 1_000_000;
			this.maybeUntil = received + lease * 1_000_000;
		}

		void last(long lease, long sent, long received) {
			this.surelyUntil = Math.max(this.surelyUntil, sent + lease * 1_000_000);
			this.maybeUntil = Math.max(this.maybeUntil, received + lease * 1_000_000);
		}

		boolean surelyHeld(long sent, long received) {
			return received < this.surelyUntil - 2_000_000;
		}

		boolean maybeHeld(long sent, long received) {
			return sent <= this.maybeUntil + 2_000_000;
		}

	}

}
