package dev.distributedlock.backend.redis;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import dev.distributedlock.backend.Ticker;

/**
 * The places in queues that this instance has asked for a moment ago, so that an owner
 * that gives up can name its own: without that the server has to look at all places of
 * the queue, which blocks it for seconds when thousands give up together.
 */
// Who waits asks again within a second. What was not for ten to twenty is forgotten,
// without a look at what is there: the server looks then.
final class Places {

	private static final long ROTATE_AFTER = TimeUnit.SECONDS.toNanos(10);

	private final Ticker ticker;

	private volatile Generation current;

	Places(Ticker ticker) {
		this.ticker = ticker;
		this.current = new Generation(Map.of(), ticker.nanos());
	}

	/** An owner was denied, or its answer was lost, and may have this place. */
	void seen(String owner, String place) {
		Generation generation = this.current;
		long now = this.ticker.nanos();
		if (now - generation.since > ROTATE_AFTER) {
			// Two at a time lose one generation: the server looks.
			generation = new Generation(generation.young, now);
			this.current = generation;
		}
		generation.young.put(owner, place);
	}

	/** Return the place of an owner, empty if it is not known. */
	String of(String owner) {
		Generation generation = this.current;
		String place = generation.young.get(owner);
		return (place != null) ? place : generation.old.getOrDefault(owner, "");
	}

	private static final class Generation {

		private final Map<String, String> young = new ConcurrentHashMap<>();

		private final Map<String, String> old;

		private final long since;

		private Generation(Map<String, String> old, long since) {
			this.old = old;
			this.since = since;
		}

	}

}
