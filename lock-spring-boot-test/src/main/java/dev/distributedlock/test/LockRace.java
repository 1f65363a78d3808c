package dev.distributedlock.test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

import dev.distributedlock.backend.Ticker;
import org.jspecify.annotations.Nullable;

/**
 * Lets callers compete for a method and sees whether two of them are ever inside at the
 * same time.
 *
 * <pre>
 * LockRace.on(this.payments).run(8, (payments) -&gt; payments.pay(order)).assertNoOverlap();
 * </pre>
 *
 * The race looks from inside of the bean's advice. A caller that is alone in there stays
 * for a moment ({@link #lingering}), so that a second one that could come in does come
 * in: without a lock the overlap is found in practically every run, even in methods that
 * take a microsecond. Calls of {@code CompletionStage} methods are inside until the stage
 * is complete; publishers have to be subscribed to and waited for by the call.
 *
 * @param <T> the type of the bean
 */
public final class LockRace<T> {

	private static final Ticker CLOCK = Ticker.system();

	private final T bean;

	private final Duration linger;

	private final Duration timeout;

	private LockRace(T bean, Duration linger, Duration timeout) {
		this.bean = bean;
		this.linger = linger;
		this.timeout = timeout;
	}

	/**
	 * Prepare a race for the methods of a bean.
	 * @param <T> the type of the bean
	 * @param bean the bean, as it is injected; an object without a proxy will do
	 * @return the race
	 */
	public static <T> LockRace<T> on(T bean) {
		Objects.requireNonNull(bean, "'bean' must not be null");
		return new LockRace<>(bean, Duration.ofMillis(20), Duration.ofSeconds(30));
	}

	/**
	 * Run a race of code that locks by hand and says itself where the section is.
	 * @param callers how many compete, at least two
	 * @param call what each of them does; it calls {@link Section#enter()} under its lock
	 * @return what happened
	 */
	public static LockRaceResult byHand(int callers, Call<Section> call) {
		LockRace<Object> race = on(new Object());
		Sections sections = new Sections(race.linger);
		return race.run(callers, (caller) -> {
			call.on(() -> {
				String who = Thread.currentThread().getName();
				sections.enter(who);
				return () -> sections.leave(who);
			});
		}, sections, "The section");
	}

	/**
	 * Return a race in which whoever comes in stays for another time.
	 * @param linger the time; default 20 ms. Shorter is faster where many callers come
	 * one after the other, longer finds overlaps of callers that take time to get there
	 * @return the race
	 */
	public LockRace<T> lingering(Duration linger) {
		return new LockRace<>(this.bean, linger, this.timeout);
	}

	/**
	 * Return a race that takes another time at most.
	 * @param timeout the time until it is an error that a caller is not done; default 30
	 * s
	 * @return the race
	 */
	public LockRace<T> atMost(Duration timeout) {
		return new LockRace<>(this.bean, this.linger, timeout);
	}

	/**
	 * Run the race: all callers start at once, each on a thread of its own.
	 * @param callers how many compete, at least two
	 * @param call what each of them does
	 * @return what happened
	 */
	public LockRaceResult run(int callers, Call<T> call) {
		return run(callers, (bean, caller) -> call.on(bean));
	}

	/**
	 * Run the race with callers that do different things.
	 * @param callers how many compete, at least two
	 * @param call what each of them does; is given its number, from zero
	 * @return what happened
	 */
	public LockRaceResult run(int callers, NumberedCall<T> call) {
		Sections sections = new Sections(this.linger);
		SectionProbe.Watched<T> watched = SectionProbe.watch(this.bean, sections);
		try {
			return run(callers, (caller) -> call.on(watched.bean(), caller), sections,
					SectionProbe.describe(this.bean));
		}
		finally {
			watched.end().run();
		}
	}

	private LockRaceResult run(int callers, CallOfOne call, Sections sections, String subject) {
		if (callers < 2) {
			throw new IllegalArgumentException("'callers' must be at least 2 but was " + callers);
		}
		AtomicInteger numbers = new AtomicInteger();
		ExecutorService executor = Executors.newFixedThreadPool(callers, (task) -> {
			Thread thread = new Thread(task, "caller-" + numbers.incrementAndGet());
			thread.setDaemon(true);
			return thread;
		});
		try {
			CyclicBarrier start = new CyclicBarrier(callers);
			List<CompletableFuture<@Nullable Void>> calls = new ArrayList<>();
			for (int i = 0; i < callers; i++) {
				int caller = i;
				CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
				executor.execute(() -> call(start, call, caller, done));
				calls.add(done);
			}
			List<Throwable> failures = failures(calls);
			return new LockRaceResult(callers, failures, sections.entered(), sections.most(), subject);
		}
		finally {
			executor.shutdownNow();
		}
	}

	private static void call(CyclicBarrier start, CallOfOne call, int caller, CompletableFuture<@Nullable Void> done) {
		try {
			start.await();
			call.call(caller);
			done.complete(null);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			done.completeExceptionally(ex);
		}
		// Whatever it is, the result tells of it.
		catch (Throwable ex) {
			done.completeExceptionally(ex);
		}
	}

	private List<Throwable> failures(List<CompletableFuture<@Nullable Void>> calls) {
		List<Throwable> failures = new ArrayList<>();
		long end = CLOCK.nanos() + this.timeout.toNanos();
		for (CompletableFuture<@Nullable Void> call : calls) {
			try {
				call.get(Math.max(0, end - CLOCK.nanos()), TimeUnit.NANOSECONDS);
			}
			catch (ExecutionException ex) {
				failures.add(Objects.requireNonNullElse(ex.getCause(), ex));
			}
			catch (TimeoutException ex) {
				throw new AssertionError("The race was not over within " + this.timeout + ": "
						+ calls.stream().filter((other) -> !other.isDone()).count() + " of " + calls.size()
						+ " callers were still at it. Is a lock held by the test itself?", ex);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				throw new AssertionError("The race was interrupted", ex);
			}
		}
		return failures;
	}

	/**
	 * What each caller does.
	 *
	 * @param <T> what it does it with
	 */
	@FunctionalInterface
	public interface Call<T> {

		/**
		 * Do it.
		 * @param bean the bean, or the section
		 * @throws Throwable what is then among the {@link LockRaceResult#failures()}
		 */
		void on(T bean) throws Throwable;

	}

	/**
	 * What each caller does, by its number.
	 *
	 * @param <T> the type of the bean
	 */
	@FunctionalInterface
	public interface NumberedCall<T> {

		/**
		 * Do it.
		 * @param bean the bean
		 * @param caller the number of the caller, from zero
		 * @throws Throwable what is then among the {@link LockRaceResult#failures()}
		 */
		void on(T bean, int caller) throws Throwable;

	}

	/** The section that a lock by hand guards. */
	@FunctionalInterface
	public interface Section {

		/**
		 * Come in.
		 * @return the way out, for a try-with-resources statement
		 * @throws InterruptedException if the race is over
		 */
		Inside enter() throws InterruptedException;

	}

	/** Being inside of a {@link Section}. */
	@FunctionalInterface
	public interface Inside extends AutoCloseable {

		/** Leave. */
		@Override
		void close();

	}

	@FunctionalInterface
	private interface CallOfOne {

		void call(int caller) throws Throwable;

	}

}
