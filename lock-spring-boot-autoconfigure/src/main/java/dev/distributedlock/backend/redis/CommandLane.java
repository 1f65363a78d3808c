package dev.distributedlock.backend.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import dev.distributedlock.backend.Ticker;
import org.jspecify.annotations.Nullable;
import org.redisson.client.RedisConnectionException;
import org.redisson.client.RedisException;
import org.redisson.client.RedisTimeoutException;

/**
 * The way of calls to one node, over one connection. A call goes out at once if little is
 * under way, else it waits for an answer and travels in one piece with all others that
 * came meanwhile. Under load this saves system calls and wake-ups on both sides.
 */
// Whatever happens (a call comes, an answer, a connection, its end, a look at the clock)
// is counted in 'events'. Whoever counts the first one runs step() until all are dealt
// with, others go away at once: step() is never run by two threads, so what it uses needs
// no lock, and nobody waits for anybody. The counter makes one run's writes visible to
// the next.
//
// Every call ends: with its answer, with the end of its connection, or by the clock. A
// connection whose oldest piece has no answer in time is discarded with all that is under
// way on it; their outcome is unknown. One that turns out not to lead to the master gets
// no more calls, the next ones take another while it waits for its answers. The clock is
// looked at while there is something to
// wait for, and by a thread of the JDK's, because the client's may have been shut down.
final class CommandLane {

	private static final int LARGEST_PIECE = 256;

	private static final long LONGEST_LOOK_MILLIS = 250;

	private final Supplier<CompletableFuture<LentConnection>> connections;

	private final UnaryOperator<String> names;

	private final Ticker ticker;

	private final long timeoutNanos;

	private final Executor later;

	private final Queue<Waiting> waiting = new ConcurrentLinkedQueue<>();

	private final AtomicInteger events = new AtomicInteger();

	private volatile boolean lookedAtClock;

	private volatile boolean closed;

	// true from the moment a connection is asked for until there is none any more
	private volatile boolean open;

	private volatile boolean opening;

	// the following are used in step() only

	private @Nullable Attempt attempt;

	private @Nullable Traffic current;

	// no longer sent to, but not yet through with what was
	private final List<Traffic> leaving = new ArrayList<>();

	private boolean clockSet;

	// the pool has no connection to the master at present: asked again by the clock
	private boolean astray;

	/**
	 * Create a lane.
	 * @param connections asks for a connection to the node's master
	 * @param names maps the names of keys
	 * @param ticker the clock
	 * @param timeoutMillis how long an answer or a connection is waited for
	 */
	CommandLane(Supplier<CompletableFuture<LentConnection>> connections, UnaryOperator<String> names, Ticker ticker,
			long timeoutMillis) {
		this.connections = connections;
		this.names = names;
		this.ticker = ticker;
		this.timeoutNanos = TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
		long look = Math.max(1, Math.min(LONGEST_LOOK_MILLIS, timeoutMillis / 8));
		this.later = CompletableFuture.delayedExecutor(look, TimeUnit.MILLISECONDS, Runnable::run);
	}

	/** Send a call, as soon as it is its turn. */
	void send(ScriptCall<?> call) {
		this.waiting.add(new Waiting(call, this.ticker.nanos()));
		happened();
	}

	/** Have a connection before the first call needs it. */
	void open() {
		if (!this.open && !this.closed) {
			this.opening = true;
			happened();
		}
	}

	/** Give the connection back once nothing is under way. */
	void close() {
		this.closed = true;
		happened();
	}

	private void happened() {
		if (this.events.getAndIncrement() == 0) {
			int seen;
			do {
				seen = this.events.get();
				try {
					step();
				}
				catch (RuntimeException | Error ex) {
					// Else the count never comes to zero, and later calls wait for ever.
					abandon(new RedisConnectionException("the way to the server broke, the outcome is unknown", ex));
				}
			}
			while (this.events.addAndGet(-seen) != 0);
		}
	}

	private void step() {
		if (this.lookedAtClock) {
			this.lookedAtClock = false;
			this.clockSet = false;
			this.astray = false;
			giveUpWhatIsOverdue(this.ticker.nanos());
		}
		takeConnection();
		leaveConnection();
		if (this.current == null && this.attempt == null && !this.astray && (this.opening || !this.waiting.isEmpty())) {
			askForConnection();
			takeConnection();
		}
		Traffic traffic = this.current;
		while (traffic != null && !this.waiting.isEmpty() && traffic.hasRoom() && traffic.isToMaster()) {
			sendPiece(traffic);
		}
		setClock();
	}

	private void sendPiece(Traffic traffic) {
		List<ScriptCall<?>> calls = new ArrayList<>();
		for (Waiting next = this.waiting.poll(); next != null; next = this.waiting.poll()) {
			calls.add(next.call);
			if (calls.size() == LARGEST_PIECE) {
				break;
			}
		}
		traffic.send(calls, this.names, this.ticker.nanos(), this::happened);
	}

	private void askForConnection() {
		this.opening = false;
		this.open = true;
		CompletableFuture<LentConnection> outcome;
		try {
			outcome = this.connections.get();
		}
		catch (RuntimeException | LinkageError ex) {
			outcome = CompletableFuture.failedFuture(ex);
		}
		this.attempt = new Attempt(outcome, this.ticker.nanos());
		CompletionStage<?> end = outcome;
		end.whenComplete((connected, failure) -> happened());
	}

	private void takeConnection() {
		Attempt asking = this.attempt;
		if (asking == null || !asking.outcome.isDone()) {
			return;
		}
		this.attempt = null;
		try {
			LentConnection taken = asking.outcome.join();
			this.current = new Traffic(taken);
			this.astray = !this.waiting.isEmpty() && !taken.isToMaster();
			taken.onEnd(this::happened);
		}
		catch (RuntimeException ex) {
			Throwable cause = (ex.getCause() != null) ? ex.getCause() : ex;
			this.open = false;
			failWaiting(cause);
		}
	}

	private void failWaiting(Throwable cause) {
		List<Waiting> failed = new ArrayList<>();
		for (Waiting next = this.waiting.poll(); next != null; next = this.waiting.poll()) {
			failed.add(next);
		}
		failed.forEach((next) -> next.call.reply().completeExceptionally(cause));
	}

	private void leaveConnection() {
		Traffic traffic = this.current;
		if (traffic != null && (!traffic.isUsable() || !traffic.isToMaster()
				|| (this.closed && this.waiting.isEmpty() && traffic.isIdle()))) {
			this.current = null;
			this.open = false;
			this.leaving.add(traffic);
		}
		if (!this.leaving.isEmpty()) {
			this.leaving.removeIf(this::hasLeft);
		}
	}

	private boolean hasLeft(Traffic traffic) {
		if (!traffic.isUsable()) {
			traffic.fail(new RedisConnectionException("the connection was lost, the outcome is unknown"));
		}
		if (!traffic.isIdle()) {
			return false;
		}
		traffic.giveBack();
		return true;
	}

	private void giveUpWhatIsOverdue(long now) {
		Traffic traffic = this.current;
		if (traffic != null && traffic.isOverdue(now, this.timeoutNanos)) {
			this.current = null;
			this.open = false;
			giveUp(traffic);
		}
		this.leaving.removeIf((left) -> left.isOverdue(now, this.timeoutNanos) && giveUp(left));
		Attempt asking = this.attempt;
		if (asking != null && now - asking.startedAt >= this.timeoutNanos) {
			asking.outcome.completeExceptionally(new RedisTimeoutException("no connection in time"));
		}
		for (Waiting next = this.waiting.peek(); next != null
				&& now - next.since >= this.timeoutNanos; next = this.waiting.peek()) {
			this.waiting.remove(next);
			next.call.reply().completeExceptionally(new RedisTimeoutException("not sent in time"));
		}
	}

	private static boolean giveUp(Traffic traffic) {
		traffic.fail(new RedisTimeoutException("no answer in time"));
		traffic.discard();
		return true;
	}

	/** End all that is under way, and begin with the next event as if anew. */
	private void abandon(RedisException reason) {
		List<Traffic> lost = new ArrayList<>(this.leaving);
		if (this.current != null) {
			lost.add(this.current);
		}
		Attempt asking = this.attempt;
		this.leaving.clear();
		this.current = null;
		this.open = false;
		this.attempt = null;
		this.opening = false;
		this.clockSet = false;
		this.astray = false;
		lost.forEach((traffic) -> traffic.fail(reason));
		failWaiting(reason);
		if (asking != null) {
			asking.outcome.completeExceptionally(reason);
		}
		for (Traffic traffic : lost) {
			try {
				traffic.discard();
			}
			catch (RuntimeException | Error ex) {
				reason.addSuppressed(ex);
			}
		}
	}

	private void setClock() {
		boolean needed = this.attempt != null || !this.waiting.isEmpty() || !this.leaving.isEmpty()
				|| (this.current != null && !this.current.isIdle());
		if (needed && !this.clockSet) {
			this.clockSet = true;
			this.later.execute(() -> {
				this.lookedAtClock = true;
				happened();
			});
		}
	}

	private record Waiting(ScriptCall<?> call, long since) {
	}

	private record Attempt(CompletableFuture<LentConnection> outcome, long startedAt) {
	}

}
