package dev.distributedlock.backend.redis;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/**
 * A connection whose server is a test.
 */
final class ScriptedConnection implements LentConnection {

	final List<ScriptCall<?>> received = new CopyOnWriteArrayList<>();

	final List<String> returns = new CopyOnWriteArrayList<>();

	volatile boolean toMaster = true;

	@Override
	public void onEnd(Runnable action) {
		// it never ends by itself
	}

	@Override
	public boolean isUsable() {
		return true;
	}

	@Override
	public boolean isToMaster() {
		return this.toMaster;
	}

	@Override
	public CompletionStage<?> send(List<ScriptCall<?>> calls, UnaryOperator<String> names) {
		this.received.addAll(calls);
		return CompletableFuture.allOf(calls.stream().map(ScriptCall::reply).toArray(CompletableFuture[]::new));
	}

	@Override
	public void giveBack() {
		this.returns.add("given back");
	}

	@Override
	public void discard() {
		this.returns.add("discarded");
	}

}
