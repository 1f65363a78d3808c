package dev.distributedlock.backend.redis;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;

import org.redisson.client.RedisException;

/**
 * A connection and the calls that are under way on it. Used by one thread at a time, as
 * is the lane that it belongs to.
 */
final class Traffic {

	// one leaves the server idle while the client reads; more only make smaller pieces
	private static final int PIECES_UNDER_WAY = 2;

	private final LentConnection connection;

	private final Deque<Piece> underWay = new ArrayDeque<>();

	private volatile boolean refused;

	// twice would be one connection too many in the pool
	private boolean returned;

	Traffic(LentConnection connection) {
		this.connection = connection;
	}

	/** Send calls in one piece. The action is run when all of them have ended. */
	void send(List<ScriptCall<?>> calls, UnaryOperator<String> names, long now, Runnable action) {
		Piece piece = new Piece(calls, now);
		this.underWay.add(piece);
		CompletionStage<?> answers;
		try {
			answers = this.connection.send(calls, names);
		}
		catch (RuntimeException | LinkageError ex) {
			answers = CompletableFuture.failedStage(ex);
		}
		answers.whenComplete((done, failure) -> {
			if (failure != null) {
				// those that were answered have completed already
				piece.fail(failure);
			}
			if (calls.stream().anyMatch(ScriptCall::isRefusedByReplica)) {
				this.refused = true;
			}
			piece.over = true;
			action.run();
		});
	}

	boolean hasRoom() {
		return underWay().size() < PIECES_UNDER_WAY;
	}

	boolean isIdle() {
		return underWay().isEmpty();
	}

	boolean isUsable() {
		return this.connection.isUsable();
	}

	/**
	 * Whether calls may still be sent. After a failover the node's master is another one;
	 * where its address is fixed, what is behind this connection says that it is none.
	 */
	boolean isToMaster() {
		return !this.refused && this.connection.isToMaster();
	}

	boolean isOverdue(long now, long timeoutNanos) {
		Piece oldest = underWay().peek();
		return oldest != null && now - oldest.sentAt >= timeoutNanos;
	}

	/** Let all that is under way fail. */
	void fail(RedisException reason) {
		List<Piece> lost = List.copyOf(this.underWay);
		this.underWay.clear();
		lost.forEach((piece) -> piece.fail(reason));
	}

	/** Return the connection to the pool; to be connected anew if the server refused. */
	void giveBack() {
		if (this.refused) {
			discard();
		}
		else if (!this.returned) {
			this.returned = true;
			this.connection.giveBack();
		}
	}

	/** Return the connection to the pool, to be connected anew. */
	void discard() {
		if (!this.returned) {
			this.returned = true;
			this.connection.discard();
		}
	}

	private Deque<Piece> underWay() {
		this.underWay.removeIf((piece) -> piece.over);
		return this.underWay;
	}

	/** Calls that were sent in one piece. */
	private static final class Piece {

		private final List<ScriptCall<?>> calls;

		private final long sentAt;

		private volatile boolean over;

		private Piece(List<ScriptCall<?>> calls, long sentAt) {
			this.calls = calls;
			this.sentAt = sentAt;
		}

		private void fail(Throwable reason) {
			this.calls.forEach((call) -> call.reply().completeExceptionally(reason));
		}

	}

}
