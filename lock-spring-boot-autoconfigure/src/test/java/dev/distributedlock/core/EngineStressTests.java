package dev.distributedlock.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import dev.distributedlock.LockBackendException;
import dev.distributedlock.LockException;
import dev.distributedlock.LockInterruptedException;
import dev.distributedlock.LockKey;
import dev.distributedlock.LockLease;
import dev.distributedlock.LockRequest;
import dev.distributedlock.backend.AcquireCommand;
import dev.distributedlock.backend.AcquireResult;
import dev.distributedlock.backend.LockBackend;
import dev.distributedlock.backend.SharedGrants;
import dev.distributedlock.backend.WaitQueue;
import dev.distributedlock.backend.memory.InMemoryLockBackend;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The real engine, three nodes with several threads each, on a store whose line loses,
 * delays and repeats, with readers, writers and permits, random time-outs and interrupts.
 * What must hold nevertheless is checked by each holder at the resource. The checker
 * itself is shown stores with a planted bug each.
 */
class EngineStressTests {

	private static final int KEYS = 3;

	private static final int NODES = 3;

	private static final int THREADS_PER_NODE = 4;

	/** What is wrong with the store. */
	enum Bug {

		NONE, RELEASE_WITHOUT_OWNER_CHECK, TOKEN_REPEATED, GRANTS_ALTHOUGH_HELD, ONE_HOLDER_TOO_MANY

	}

	@Test
	void noTwoValidHoldersAndRisingTokensAndNothingLeft() throws Exception {
		long seed = Long.getLong("stress.seed", System.nanoTime());
		long millis = Long.getLong("stress.millis", 4000);
		try (Run run = new Run(seed, Bug.NONE)) {
			run.forAtMost(Duration.ofMillis(millis));
			assertThat(run.violations).as("seed " + seed).isEmpty();
			assertThat(run.sections.get()).as("sections run, seed " + seed).isGreaterThan(100);
			run.assertNothingLeft();
		}
	}

	@ParameterizedTest
	@EnumSource(value = Bug.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
	void plantedBugIsFound(Bug bug) throws Exception {
		try (Run run = new Run(7, bug)) {
			run.forAtMost(Duration.ofSeconds(20));
			assertThat(run.violations).as("what the checker says of a store with the bug " + bug).isNotEmpty();
		}
	}

	/** One run of all nodes against one store. */
	private static final class Run implements AutoCloseable {

		private final ConcurrentLinkedQueue<String> violations = new ConcurrentLinkedQueue<>();

		private final AtomicInteger sections = new AtomicInteger();

		private final List<Set<Inside>> inside = IntStream.range(0, KEYS)
			.<Set<Inside>>mapToObj((i) -> ConcurrentHashMap.newKeySet())
			.toList();

		private final List<AtomicLong> lastToken = tokens();

		private final List<AtomicLong> lastTokenAlone = tokens();

		private final AtomicBoolean stop = new AtomicBoolean();

		private final InMemoryLockBackend store = new InMemoryLockBackend();

		private final Map<LockKey, String> owners = new ConcurrentHashMap<>();

		private final List<DefaultLockRegistry> nodes = new ArrayList<>();

		private final List<Chaos> lines = new ArrayList<>();

		private final long seed;

		private final boolean shared;

		Run(long seed, Bug bug) {
			this.seed = seed;
			this.shared = bug == Bug.NONE || bug == Bug.ONE_HOLDER_TOO_MANY;
			Random options = new Random(seed);
			for (int i = 0; i < NODES; i++) {
				Chaos line = new Chaos(this.store, this.owners, bug, seed + i);
				this.lines.add(line);
				this.nodes.add(DefaultLockRegistry.builder(line)
					.instance("node-" + i)
					.commandTimeout(Duration.ofMillis(250))
					.shutdownTimeout(Duration.ofSeconds(1))
					.keepFor(Duration.ofMillis(options.nextInt(10)))
					.barging(options.nextBoolean())
					.asynchronousRelease(options.nextBoolean())
					.build());
			}
		}

		void forAtMost(Duration duration) throws Exception {
			try (var threads = new Threads(NODES * THREADS_PER_NODE)) {
				List<Future<?>> workers = new ArrayList<>();
				List<Thread> interruptible = new ArrayList<>();
				for (int i = 0; i < NODES * THREADS_PER_NODE; i++) {
					int number = i;
					workers.add(threads.run(() -> work(number), interruptible));
				}
				Random random = new Random(this.seed);
				Deadline deadline = Deadline.after(System::nanoTime, duration);
				while (deadline.remaining() > 0 && this.violations.isEmpty()) {
					LockSupport.parkNanos(random.nextInt(2_000_000));
					synchronized (interruptible) {
						if (!interruptible.isEmpty()) {
							interruptible.get(random.nextInt(interruptible.size())).interrupt();
						}
					}
				}
				this.stop.set(true);
				for (Future<?> worker : workers) {
					worker.get(20, TimeUnit.SECONDS);
				}
			}
		}

		private void work(int number) {
			Random random = new Random(this.seed * 31 + number);
			DefaultLockRegistry node = this.nodes.get(number % NODES);
			while (!this.stop.get()) {
				int key = random.nextInt(KEYS);
				LockRequest request = LockRequest.of("stress", key)
					.waitAtMost(Duration.ofMillis(random.nextInt(4) * 25L))
					.leaseFor(Duration.ofMillis(60 + random.nextInt(100)))
					.renewed(random.nextBoolean());
				// Alone where the bug needs it: what is shared meets nobody.
				int mode = (this.shared) ? random.nextInt(4) : 0;
				request = (mode == 1) ? request.shared() : (mode == 2) ? request.permits(2) : request;
				request = (this.shared && random.nextBoolean()) ? request.fairly() : request;
				try (LockLease lease = node.acquire(request)) {
					section(key, lease, request.maxHolders(), random);
				}
				catch (LockInterruptedException ex) {
					if (!Thread.interrupted()) {
						this.violations.add("interrupt flag lost");
					}
				}
				catch (LockException ex) {
					// Busy, store in trouble, or lost: all allowed, none may break the
					// rules.
				}
			}
		}

		private void section(int key, LockLease lease, int maxHolders, Random random) {
			this.sections.incrementAndGet();
			Inside mine = new Inside(lease, maxHolders);
			this.inside.get(key).add(mine);
			List<Inside> valid = this.inside.get(key).stream().filter(Inside::isValid).toList();
			// In this order: all of them were valid at the moment between the two looks.
			List<Inside> together = valid.stream().filter(Inside::isValid).toList();
			int limit = together.stream().mapToInt(Inside::maxHolders).min().orElse(Integer.MAX_VALUE);
			if (together.size() > limit) {
				this.violations.add("together inside of key " + key + ": " + together);
			}
			long last = this.lastToken.get(key).getAndAccumulate(lease.token(), Math::max);
			AtomicLong alone = this.lastTokenAlone.get(key);
			long lastAlone = (maxHolders == 1) ? alone.getAndAccumulate(lease.token(), Math::max) : alone.get();
			if (((maxHolders == 1) ? last : lastAlone) >= lease.token()) {
				this.violations.add("token " + lease.token() + " after " + last + " for key " + key);
			}
			LockSupport.parkNanos(random.nextInt(3_000_000));
			this.inside.get(key).remove(mine);
		}

		private static List<AtomicLong> tokens() {
			return IntStream.range(0, KEYS).mapToObj((i) -> new AtomicLong()).toList();
		}

		void assertNothingLeft() {
			this.lines.forEach(Chaos::heal);
			Awaitility.await("what was given up is given back").atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
				assertThat(this.store.size()).as("locks in the store").isZero();
				for (DefaultLockRegistry node : this.nodes) {
					assertThat(node.engine().holds()).as("holds").isEmpty();
					assertThat(node.engine().lines().size()).as("lines").isZero();
					assertThat(node.engine().renewer().size()).as("renewals").isZero();
					assertThat(node.engine().orphans().size()).as("orphans").isZero();
				}
			});
		}

		@Override
		public void close() {
			this.lines.forEach(Chaos::heal);
			this.nodes.forEach(DefaultLockRegistry::close);
			this.lines.forEach(Chaos::close);
		}

	}

	/** Who is in its section. */
	private record Inside(LockLease lease, int maxHolders) {

		boolean isValid() {
			return this.lease.isValid();
		}

	}

	/** Threads that can be interrupted one by one. */
	private static final class Threads implements AutoCloseable {

		private final ExecutorService executor;

		Threads(int size) {
			this.executor = Executors.newFixedThreadPool(size);
		}

		Future<?> run(Runnable task, List<Thread> interruptible) {
			return this.executor.submit(() -> {
				synchronized (interruptible) {
					interruptible.add(Thread.currentThread());
				}
				try {
					task.run();
				}
				finally {
					synchronized (interruptible) {
						interruptible.remove(Thread.currentThread());
					}
					Thread.interrupted();
				}
			});
		}

		@Override
		public void close() {
			this.executor.shutdownNow();
		}

	}

	/** A line to the store that loses, delays and reorders. */
	private static final class Chaos implements LockBackend, WaitQueue, SharedGrants {

		private final InMemoryLockBackend store;

		private final Bug bug;

		private final Random random;

		private final ScheduledExecutorService network = Executors.newScheduledThreadPool(2);

		private final AtomicInteger late = new AtomicInteger();

		private volatile boolean healed;

		/** The last owners seen by any line, for the store that does not check them. */
		private final Map<LockKey, String> owners;

		Chaos(InMemoryLockBackend store, Map<LockKey, String> owners, Bug bug, long seed) {
			this.store = store;
			this.owners = owners;
			this.bug = bug;
			this.random = new Random(seed);
		}

		void heal() {
			this.healed = true;
		}

		void close() {
			this.network.shutdownNow();
		}

		@Override
		public String name() {
			return "chaos";
		}

		@Override
		public CompletionStage<AcquireResult> acquire(AcquireCommand command) {
			return send(() -> this.store.acquire(generous(command))).thenApply((result) -> spoilt(command, result));
		}

		private AcquireCommand generous(AcquireCommand command) {
			return (this.bug == Bug.ONE_HOLDER_TOO_MANY && command.maxHolders() == 2)
					? new AcquireCommand(command.key(), command.owner(), command.instance(), command.lease(),
							command.waiting(), command.tokens(), command.revocable(), 3)
					: command;
		}

		private AcquireResult spoilt(AcquireCommand command, AcquireResult result) {
			if (result instanceof AcquireResult.Acquired) {
				this.owners.put(command.key(), command.owner());
			}
			if (this.bug == Bug.GRANTS_ALTHOUGH_HELD && result instanceof AcquireResult.Denied denied) {
				return new AcquireResult.Acquired(denied.holder().token() + 1, denied.holder().token() + 1);
			}
			if (this.bug == Bug.TOKEN_REPEATED && result instanceof AcquireResult.Acquired acquired) {
				return new AcquireResult.Acquired(acquired.token() / 100_000 * 100_000, acquired.lastToken());
			}
			return result;
		}

		@Override
		public CompletionStage<Exchange> exchange(String previous, AcquireCommand next) {
			return send(() -> this.store.exchange(releasing(next.key(), previous), next))
				.thenApply((exchange) -> new Exchange(exchange.released(), spoilt(next, exchange.next())));
		}

		@Override
		public CompletionStage<Boolean> renew(LockKey key, String owner, Duration lease) {
			return send(() -> this.store.renew(key, owner, lease));
		}

		@Override
		public CompletionStage<Boolean> release(LockKey key, String owner) {
			return send(() -> this.store.release(key, releasing(key, owner)));
		}

		private String releasing(LockKey key, String owner) {
			return (this.bug == Bug.RELEASE_WITHOUT_OWNER_CHECK) ? this.owners.getOrDefault(key, owner) : owner;
		}

		@Override
		public Subscription subscribe(Listener listener) {
			return this.store.subscribe(new Listener() {

				@Override
				public void granted(Grant grant) {
					Chaos.this.owners.put(grant.key(), grant.owner());
					int chance = chance();
					if (chance > 15) {
						after(delay(), () -> listener.granted(grant));
					}
					else if (chance > 7) {
						// So late that it may have ended.
						after(delay() * 200, () -> listener.granted(grant));
					}
				}

				@Override
				public void wanted(LockKey key) {
					if (chance() > 15) {
						after(delay(), () -> listener.wanted(key));
					}
				}

				@Override
				public void resumed() {
					after(delay(), listener::resumed);
				}

			});
		}

		private <T> CompletionStage<T> send(Supplier<CompletionStage<T>> command) {
			CompletableFuture<T> answer = new CompletableFuture<>();
			int chance = this.healed ? 100 : chance();
			after(delay(), () -> {
				if (chance < 3) {
					fail(answer);
					// On its way for longer than the client waits.
					after(delay() * 3, () -> command.get().thenAccept((late) -> this.late.incrementAndGet()));
				}
				else if (chance < 6) {
					fail(answer);
				}
				else {
					command.get().whenComplete((result, failure) -> {
						if (chance < 9) {
							fail(answer);
						}
						else if (chance < 12) {
							after(delay() * 40, () -> answer.complete(result));
						}
						else {
							answer.complete(result);
						}
					});
				}
			});
			return answer;
		}

		private static void fail(CompletableFuture<?> answer) {
			answer.completeExceptionally(
					new LockBackendException("lost", null, /* retryable= */ true));
		}

		private synchronized int chance() {
			return this.random.nextInt(100);
		}

		private synchronized long delay() {
			return this.random.nextInt(1_000);
		}

		private void after(long micros, Runnable task) {
			this.network.schedule(task, micros, TimeUnit.MICROSECONDS);
		}

	}

}
