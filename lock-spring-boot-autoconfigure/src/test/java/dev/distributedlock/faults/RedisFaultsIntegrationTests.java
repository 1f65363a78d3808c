package dev.distributedlock.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import dev.distributedlock.LockBackendException;
import dev.distributedlock.LockInterruptedException;
import dev.distributedlock.LockLease;
import dev.distributedlock.LockLostEvent;
import dev.distributedlock.LockLostException;
import dev.distributedlock.LockRequest;
import dev.distributedlock.LockTimeoutException;
import dev.distributedlock.testsupport.RedisServer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class RedisFaultsIntegrationTests {

	private static final LockRequest ORDER = LockRequest.of("orders", 42)
		.waitAtMost(Duration.ofSeconds(5))
		.leaseFor(Duration.ofSeconds(30));

	private static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(1);

	private final String prefix = Node.freshPrefix();

	@AfterEach
	void noThreadIsLeft() {
		Node.assertNoThreads();
	}

	private Node node(RedisServer redis, String name) {
		return new Node(redis.url(), this.prefix, name, COMMAND_TIMEOUT);
	}

	@Test
	void interruptsAtRandomMomentsLeaveNothingLockedAndKeepTheFlag() throws Exception {
		RedisServer redis = RedisServer.shared();
		long seed = System.nanoTime();
		Random random = new Random(seed);
		int interrupted = 0;
		int granted = 0;
		try (Node node = node(redis, "here")) {
			long typical = typicalAcquisition(node);
			ExecutorService callers = Executors.newSingleThreadExecutor();
			try {
				for (int i = 0; i < 1500; i++) {
					LockRequest request = LockRequest.of("interrupts", i % 7);
					AtomicReference<Thread> caller = new AtomicReference<>();
					Future<Boolean> outcome = callers.submit(() -> {
						caller.set(Thread.currentThread());
						try (LockLease lease = node.locks().acquire(request)) {
							return true;
						}
						catch (LockInterruptedException ex) {
							assertThat(Thread.currentThread().isInterrupted()).as("flag, seed " + seed).isTrue();
							return false;
						}
						finally {
							caller.set(null);
							Thread.interrupted();
						}
					});
					while (caller.get() == null && !outcome.isDone()) {
						Thread.onSpinWait();
					}
					spin(random.nextLong(2 * typical));
					Thread running = caller.get();
					if (running != null) {
						running.interrupt();
					}
					if (outcome.get(10, TimeUnit.SECONDS)) {
						granted++;
					}
					else {
						interrupted++;
					}
				}
			}
			finally {
				callers.shutdownNow();
				assertThat(callers.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
			}
			Node.assertNothingLeft(redis, this.prefix);
			assertThat(node.locks().held()).isEmpty();
		}
		// Else the moments were not random.
		assertThat(interrupted).as("interrupted, seed " + seed).isGreaterThan(50);
		assertThat(granted).as("granted, seed " + seed).isGreaterThan(50);
	}

	private static long typicalAcquisition(Node node) {
		long[] times = new long[200];
		for (int i = 0; i < times.length; i++) {
			long start = System.nanoTime();
			try (LockLease lease = node.locks().acquire(LockRequest.of("interrupts", i))) {
				times[i] = System.nanoTime() - start;
			}
		}
		Arrays.sort(times);
		return times[times.length / 2];
	}

	private static void spin(long nanos) {
		long start = System.nanoTime();
		while (System.nanoTime() - start < nanos) {
			Thread.onSpinWait();
		}
	}

	@Test
	void waiterWakesAlthoughThePubSubConnectionWasKilledBeforeTheRelease() {
		RedisServer redis = RedisServer.shared();
		try (Node here = node(redis, "here"); Node there = node(redis, "there")) {
			LockLease lease = here.locks().acquire(ORDER);
			CompletableFuture<LockLease> waiter = there.locks()
				.acquireAsync(ORDER.waitAtMost(Duration.ofSeconds(20)))
				.toCompletableFuture();
			Awaitility.await("the waiter has subscribed")
				.until(() -> !((List<?>) redis.send("PUBSUB", "CHANNELS", this.prefix + "*")).isEmpty());
			assertThat(waiter).isNotDone();
			redis.send("CLIENT", "KILL", "TYPE", "pubsub");
			long releasedAt = System.nanoTime();
			lease.close();
			waiter.orTimeout(20, TimeUnit.SECONDS).join().close();
			assertThat(Duration.ofNanos(System.nanoTime() - releasedAt)).isLessThan(Duration.ofMillis(1500));
		}
		Node.assertNothingLeft(redis, this.prefix);
		Node.assertNoSubscription(redis, this.prefix);
	}

	@Test
	void flushallIsToldToTheHolderAndTheNextTokenIsLarger() {
		try (RedisServer redis = RedisServer.start();
				Node here = node(redis, "here");
				Node there = node(redis, "there")) {
			LockLease lease = here.locks().acquire(ORDER.leaseFor(Duration.ofSeconds(3)));
			CompletableFuture<LockLostEvent> told = new CompletableFuture<>();
			lease.onLost(told::complete);
			redis.send("FLUSHALL");
			LockLease next = there.locks().acquire(ORDER);
			assertThat(next.token()).isGreaterThan(lease.token());
			// At the next renewal, after a third of the lease.
			LockLostEvent event = told.orTimeout(3, TimeUnit.SECONDS).join();
			assertThat(event.reason()).isEqualTo(LockLostEvent.Reason.NOT_HELD);
			assertThatExceptionOfType(LockLostException.class).isThrownBy(lease::ensureValid);
			assertThatExceptionOfType(LockLostException.class).isThrownBy(lease::close);
			assertThat(next.isValid()).isTrue();
			next.close();
		}
	}

	@Test
	void fullMemoryRefusesNewLocksButNotRenewalAndRelease() {
		try (RedisServer redis = RedisServer.start("--maxmemory-policy", "noeviction");
				Node here = node(redis, "here");
				Node there = node(redis, "there")) {
			LockLease lease = here.locks().acquire(ORDER.leaseFor(Duration.ofSeconds(2)));
			redis.send("CONFIG", "SET", "maxmemory", "1");
			assertThatExceptionOfType(LockBackendException.class)
				.isThrownBy(() -> there.locks().acquire(LockRequest.of("orders", 43)))
				.withMessageContaining("memory");
			assertThatExceptionOfType(LockTimeoutException.class)
				.isThrownBy(() -> there.locks().acquire(ORDER.waitAtMost(Duration.ofSeconds(3))))
				.withMessageContaining("held by here");
			assertThat(lease.isValid()).as("renewed beyond its first lease").isTrue();
			lease.close();
			assertThat(Node.keys(redis, this.prefix)).allMatch((key) -> key.endsWith(":token"));
		}
	}

	@Test
	void redisThatIsStoppedAndStartedUnderLoadIsSurvived() throws Exception {
		Duration budget = Duration.ofSeconds(2);
		AtomicBoolean stop = new AtomicBoolean();
		AtomicInteger sections = new AtomicInteger();
		AtomicInteger troubles = new AtomicInteger();
		AtomicReference<Duration> slowest = new AtomicReference<>(Duration.ZERO);
		try (RedisServer redis = RedisServer.start()) {
			ExecutorService threads = Executors.newFixedThreadPool(8);
			try (Node node = node(redis, "here")) {
				List<Future<?>> workers = new ArrayList<>();
				for (int i = 0; i < 8; i++) {
					LockRequest request = LockRequest.of("load", i % 3).waitAtMost(budget);
					workers.add(threads.submit(() -> {
						while (!stop.get()) {
							long start = System.nanoTime();
							try (LockLease lease = node.locks().acquire(request)) {
								sections.incrementAndGet();
							}
							catch (LockBackendException ex) {
								troubles.incrementAndGet();
								Duration took = Duration.ofNanos(System.nanoTime() - start);
								slowest.accumulateAndGet(took, (a, b) -> (a.compareTo(b) > 0) ? a : b);
							}
							catch (LockLostException ex) {
								// Held while Redis forgot everything: as told.
							}
							catch (LockTimeoutException ex) {
								// Behind a holder that waits for the answer to its
								// release.
							}
						}
					}));
				}
				Awaitility.await("load").until(() -> sections.get() > 200);
				redis.kill();
				Awaitility.await("all callers are told")
					.atMost(Duration.ofSeconds(20))
					.until(() -> troubles.get() >= 8);
				redis.launch();
				int before = sections.get();
				Awaitility.await("locks are granted again")
					.atMost(Duration.ofSeconds(20))
					.until(() -> sections.get() > before + 200);
				stop.set(true);
				for (Future<?> worker : workers) {
					worker.get(20, TimeUnit.SECONDS);
				}
				assertThat(slowest.get()).isLessThan(budget.plusMillis(750));
				Node.assertNothingLeft(redis, this.prefix);
				assertThat(node.locks().held()).isEmpty();
				assertThat(node.locks().waiting()).isEmpty();
			}
			finally {
				stop.set(true);
				threads.shutdownNow();
				assertThat(threads.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
			}
			Node.assertNoSubscription(redis, this.prefix);
		}
	}

	@Test
	void hungRedisDoesNotHoldUpCallersBeyondTheirBudget() {
		try (RedisServer redis = RedisServer.start(); Node node = node(redis, "here")) {
			node.locks().acquire(ORDER).close();
			redis.pause();
			long start = System.nanoTime();
			assertThatExceptionOfType(LockBackendException.class)
				.isThrownBy(() -> node.locks().acquire(ORDER.waitAtMost(Duration.ofMillis(1500))));
			assertThatExceptionOfType(LockBackendException.class)
				.isThrownBy(() -> node.locks().tryAcquire(ORDER.waitAtMost(Duration.ZERO)));
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(3500));
			redis.resume();
			// What was on its way is done now, and given back.
			Node.assertNothingLeft(redis, this.prefix);
			node.locks().acquire(ORDER).close();
		}
	}

	@Test
	void attemptWhoseReplyIsLostIsGivenBackLongBeforeItsLeaseEnds() {
		RedisServer redis = RedisServer.shared();
		try (FaultProxy proxy = new FaultProxy(redis.host(), redis.port());
				Node here = new Node(proxy.url(), this.prefix, "here", COMMAND_TIMEOUT)) {
			here.locks().acquire(ORDER).close();
			proxy.holdReplies();
			CompletableFuture<LockLease> caller = here.locks()
				.acquireAsync(ORDER.waitAtMost(Duration.ofMillis(500)))
				.toCompletableFuture();
			Awaitility.await("Redis has granted it")
				.until(() -> Node.keys(redis, this.prefix).stream().anyMatch((key) -> key.endsWith(":orders:42")));
			assertThatExceptionOfType(CompletionException.class)
				.isThrownBy(() -> caller.orTimeout(10, TimeUnit.SECONDS).join())
				.withCauseInstanceOf(LockBackendException.class);
			proxy.cut();
			proxy.pass();
			Node.assertNothingLeft(redis, this.prefix);
		}
	}

	@Test
	void releaseWhoseReplyIsLostIsConfirmedLater() {
		RedisServer redis = RedisServer.shared();
		try (FaultProxy proxy = new FaultProxy(redis.host(), redis.port());
				Node here = new Node(proxy.url(), this.prefix, "here", COMMAND_TIMEOUT)) {
			LockLease lease = here.locks().acquire(ORDER);
			proxy.holdRequests();
			lease.close();
			assertThat(Node.keys(redis, this.prefix)).anyMatch((key) -> key.endsWith(":orders:42"));
			proxy.cut();
			proxy.pass();
			Node.assertNothingLeft(redis, this.prefix);
		}
	}

	@Test
	void holderThatIsCutOffIsToldBeforeTheStoreLetsGo() {
		RedisServer redis = RedisServer.shared();
		try (FaultProxy proxy = new FaultProxy(redis.host(), redis.port());
				Node here = new Node(proxy.url(), this.prefix, "here", COMMAND_TIMEOUT);
				Node there = node(redis, "there")) {
			LockLease lease = here.locks().acquire(ORDER.leaseFor(Duration.ofSeconds(2)));
			AtomicReference<Long> toldAt = new AtomicReference<>();
			lease.onLost((event) -> toldAt.set(System.nanoTime()));
			proxy.holdRequests();
			LockLease next = there.locks().acquire(ORDER);
			long takenAt = System.nanoTime();
			assertThat(lease.isValid()).as("the old lease once the lock was granted to another").isFalse();
			Awaitility.await("the holder is told").until(() -> toldAt.get() != null);
			assertThat(toldAt.get() - takenAt).as("ns between take-over and notice")
				.isLessThan(Duration.ofMillis(500).toNanos());
			assertThat(next.token()).isGreaterThan(lease.token());
			assertThatExceptionOfType(LockLostException.class).isThrownBy(lease::close);
			next.close();
			proxy.cut();
			proxy.pass();
		}
		Node.assertNothingLeft(redis, this.prefix);
	}

}
