package dev.distributedlock.core;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;

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
 * @param <K> the type of the keys
 * @param <M> the type of the members, compared by identity
 */
final class WaitingLines<K, M> {

	private final ConcurrentHashMap<K, Line<M>> lines = new ConcurrentHashMap<>();

	/**
	 * Join the end of a line.
	 * @return whether the member is the first
	 */
	boolean join(K key, M member) {
		Seen<M> seen = new Seen<>();
		this.lines.compute(key, (k, line) -> {
			Line<M> joined = (line != null) ? line : new Line<>(member);
			if (line != null) {
				line.behind.add(member);
			}
			seen.first = joined.first;
			return joined;
		});
		return seen.first == member;
	}

	/**
	 * Leave a line, from whatever place; leaving again does nothing.
	 * @return who has become the first by that, {@code null} if nobody has
	 */
	@Nullable M leave(K key, M member) {
		Seen<M> seen = new Seen<>();
		this.lines.computeIfPresent(key, (k, line) -> {
			if (line.first != member) {
				line.behind.remove(member);
				return line;
			}
			Iterator<M> behind = line.behind.iterator();
			if (!behind.hasNext()) {
				return null;
			}
			seen.first = behind.next();
			behind.remove();
			line.first = seen.first;
			return line;
		});
		return seen.first;
	}

	/**
	 * Let somebody behind the first take its place. Those behind are asked in their
	 * order; who has gone is taken out of the line on the way, who declines ends the
	 * question.
	 * @param member the first; nobody is asked if it is not
	 * @return who has taken the place, {@code null} if nobody has, and then the member
	 * stands where it stood
	 */
	@Nullable M handOn(K key, M member, Function<M, Answer> question) {
		Seen<M> seen = new Seen<>();
		this.lines.computeIfPresent(key, (k, line) -> {
			Iterator<M> behind = line.behind.iterator();
			Answer answer = (line.first == member) ? Answer.GONE : Answer.DECLINES;
			while (answer == Answer.GONE && behind.hasNext()) {
				M next = behind.next();
				answer = question.apply(next);
				if (answer != Answer.DECLINES) {
					behind.remove();
				}
				if (answer == Answer.TAKES) {
					seen.first = next;
					line.first = next;
				}
			}
			return line;
		});
		return seen.first;
	}

	/**
	 * Let somebody who has not joined take the place of the first, past those behind it.
	 * @param member the first; the other is not asked if it is not
	 * @return whether the other has taken the place
	 */
	boolean barge(K key, M member, M other, Function<M, Answer> question) {
		Seen<M> seen = new Seen<>();
		this.lines.computeIfPresent(key, (k, line) -> {
			if (line.first == member && question.apply(other) == Answer.TAKES) {
				seen.first = other;
				line.first = other;
			}
			return line;
		});
		return seen.first != null;
	}

	/**
	 * Return the first of a line.
	 * @return the first, {@code null} if there is no line
	 */
	@Nullable M first(K key) {
		Seen<M> seen = new Seen<>();
		this.lines.computeIfPresent(key, (k, line) -> {
			seen.first = line.first;
			return line;
		});
		return seen.first;
	}

	/** Whether somebody stands behind the first of a line. */
	boolean hasNext(K key) {
		Seen<M> seen = new Seen<>();
		this.lines.computeIfPresent(key, (k, line) -> {
			seen.first = line.behind.isEmpty() ? null : line.first;
			return line;
		});
		return seen.first != null;
	}

	/** Whether a member stands directly behind the first of a line. */
	boolean isNext(K key, M member) {
		Seen<M> seen = new Seen<>();
		this.lines.computeIfPresent(key, (k, line) -> {
			Iterator<M> behind = line.behind.iterator();
			seen.first = behind.hasNext() ? behind.next() : null;
			return line;
		});
		return seen.first == member;
	}

	/** Call an action for the first of each line. */
	void forEachFirst(Consumer<M> action) {
		for (K key : this.lines.keySet()) {
			M first = first(key);
			if (first != null) {
				action.accept(first);
			}
		}
	}

	/** Return all who stand in lines, those of one line in their order. */
	List<M> members() {
		List<M> members = new ArrayList<>();
		for (K key : this.lines.keySet()) {
			this.lines.computeIfPresent(key, (k, line) -> {
				members.add(line.first);
				members.addAll(line.behind);
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

	/** Changed inside of atomic changes only. */
	private static final class Line<M> {

		private final Set<M> behind = new LinkedHashSet<>();

		private M first;

		private Line(M first) {
			this.first = first;
		}

	}

	/** Carries what was seen inside an atomic change out of it. */
	private static final class Seen<M> {

		private @Nullable M first;

	}

}
