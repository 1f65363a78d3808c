package dev.distributedlock.backend.redis;

import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;

/**
 * A connection to the master of one node, lent by a pool. It ends with the channel that
 * it began with.
 */
interface LentConnection {

	/** Have something done when this ends; at once if it has ended already. */
	void onEnd(Runnable action);

	boolean isUsable();

	/** Whether this leads to the node's master. After a failover that is another one. */
	boolean isToMaster();

	/**
	 * Send calls in one piece.
	 * @return completes when all were answered, or when they could not be sent
	 */
	CompletionStage<?> send(List<ScriptCall<?>> calls, UnaryOperator<String> names);

	/** Return this to the pool, as good as it was. */
	void giveBack();

	/** Return this to the pool, to be connected anew. */
	void discard();

}
