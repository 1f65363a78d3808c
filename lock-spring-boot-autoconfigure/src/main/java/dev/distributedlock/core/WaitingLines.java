package dev.distributedlock.core;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;

import dev.distributedlock.LockKey;
import org.jspecify.annotations.Nullable;

/**
 * One line per key, first come first served. The first in a line is the only one of this
 * JVM that asks the store for the key; it stays first while it holds the lock.
 * <p>
 * A line exists exactly as long as somebody stands in it: lines are not striped, not
 * shared by keys and not evicted. All changes of a line happen inside
 * {@link ConcurrentHashMap#compute}, which is atomic per key; members act on the result
 * outside of it.
 *
 * @param <M> the type of the members, compared by identity
 */
final class WaitingLines<M> {

	private final ConcurrentHashMap<LockKey, Set<M>> lines = new ConcurrentHashMap<>();

	/**
	 * Join the end of a line.
	 * @return whether the member is the first
	 */
	boolean join(LockKey key, M member) {
		Seen<M> seen = new Seen<>();
		this.lines.compute(key, (k, line) -> {
			Set<M> members = (line != null) ? line : new LinkedHashSet<>();
			members.add(member);
			seen.first = members.iterator().next();
			return members;
		});
		return seen.first == member;
	}

	/**
	 * Leave a line, from whatever place; leaving again does nothing.
	 * @return who has become the first by that, {@code null} if nobody has
	 */
	@Nullable M leave(LockKey key, M member) {
		Seen<M> seen = new Seen<>();
		this.lines.computeIfPresent(key, (k, line) -> {
			boolean wasFirst = line.iterator().next() == member;
			line.remove(member);
			if (line.isEmpty()) {
				return null;
			}
			if (wasFirst) {
				seen.first = line.iterator().next();
			}
			return line;
		});
		return seen.first;
	}

	/**
	 * Let somebody behind a member take its place. Those behind are asked in their order;
	 * who has gone is taken out of the line on the way, who declines ends the question.
	 * @return who has taken the place, {@code null} if nobody has, and then the member
	 * stands where it stood
	 */
	@Nullable M handOn(LockKey key, M member, Function<M, Answer> question) {
		Seen<M> seen = new Seen<>();
		this.lines.computeIfPresent(key, (k, line) -> {
			Iterator<M> members = line.iterator();
			if (members.next() == member) {
				Answer answer = Answer.GONE;
				while (answer == Answer.GONE && members.hasNext()) {
					M next = members.next();
					answer = question.apply(next);
					if (answer == Answer.TAKES) {
						seen.first = next;
					}
					else if (answer == Answer.GONE) {
						members.remove();
					}
				}
				if (seen.first != null) {
					line.remove(member);
				}
			}
			return line;
		});
		return seen.first;
	}

	/**
	 * Return the first of a line.
	 * @return the first, {@code null} if there is no line
	 */
	@Nullable M first(LockKey key) {
		Seen<M> seen = new Seen<>();
		this.lines.computeIfPresent(key, (k, line) -> {
			seen.first = line.iterator().next();
			return line;
		});
		return seen.first;
	}

	/** Call an action for the first of each line. */
	void forEachFirst(Consumer<M> action) {
		for (LockKey key : this.lines.keySet()) {
			M first = first(key);
			if (first != null) {
				action.accept(first);
			}
		}
	}

	/** Return all who stand in lines, those of one line in their order. */
	List<M> members() {
		List<M> members = new ArrayList<>();
		for (LockKey key : this.lines.keySet()) {
			this.lines.computeIfPresent(key, (k, line) -> {
				members.addAll(line);
				return line;
			});
		}
		return members;
	}

	/** The number of keys with a line. */
	int size() {
		return this.lines.size();
	}

	/** What one who stands behind says to taking the place. */
	enum Answer {

		/** It is the first from now on. */
		TAKES,

		/** It is about to leave and must not be waited for. */
		GONE,

		/** It wants to come first by an attempt of its own. */
		DECLINES

	}

	/** Carries what was seen inside an atomic change out of it. */
	private static final class Seen<M> {

		private @Nullable M first;

	}

}
