package dev.distributedlock.core;

import java.util.ArrayDeque;
import java.util.Deque;

import org.jspecify.annotations.Nullable;

/**
 * Lets those attempt whose turn has come. One whose turn comes while the same thread
 * makes the attempt of another follows it, so that a line in which each is refused at
 * once does not grow the stack.
 */
final class Turns {

	private static final ThreadLocal<@Nullable Deque<Acquisition>> FOLLOWERS = new ThreadLocal<>();

	private Turns() {
	}

	static void take(Acquisition acquisition) {
		Deque<Acquisition> outer = FOLLOWERS.get();
		if (outer != null) {
			outer.add(acquisition);
			return;
		}
		Deque<Acquisition> following = new ArrayDeque<>();
		FOLLOWERS.set(following);
		try {
			for (Acquisition next = acquisition; next != null; next = following.poll()) {
				next.attempt();
			}
		}
		finally {
			FOLLOWERS.remove();
		}
	}

}
