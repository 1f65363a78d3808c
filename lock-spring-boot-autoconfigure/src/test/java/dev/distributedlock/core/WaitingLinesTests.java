package dev.distributedlock.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import dev.distributedlock.LockKey;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class WaitingLinesTests {

	private static final LockKey KEY = LockKey.of("k");

	private final WaitingLines<LockKey, Object> lines = new WaitingLines<>();

	@Test
	void firstToJoinIsFirst() {
		Object a = new Object();
		Object b = new Object();
		assertThat(this.lines.join(KEY, a)).isTrue();
		assertThat(this.lines.join(KEY, b)).isFalse();
		assertThat(this.lines.join(LockKey.of("other"), b)).isTrue();
		assertThat(this.lines.first(KEY)).isSameAs(a);
		assertThat(this.lines.members()).containsExactlyInAnyOrder(a, b, b);
	}

	@Test
	void nextIsNamedOnceAndOnlyWhenTheFirstLeaves() {
		Object a = new Object();
		Object b = new Object();
		Object c = new Object();
		List.of(a, b, c).forEach((member) -> this.lines.join(KEY, member));
		assertThat(this.lines.leave(KEY, b)).isNull();
		assertThat(this.lines.leave(KEY, a)).isSameAs(c);
		assertThat(this.lines.leave(KEY, a)).isNull();
		assertThat(this.lines.leave(KEY, c)).isNull();
		assertThat(this.lines.size()).isZero();
	}

	@Test
	void everyMemberGetsItsTurnExactlyOnceUnderContention() throws Exception {
		Map<Object, AtomicInteger> turns = new ConcurrentHashMap<>();
		ConcurrentLinkedQueue<Object> next = new ConcurrentLinkedQueue<>();
		ExecutorService threads = Executors.newFixedThreadPool(4);
		try {
			List<Future<?>> workers = new ArrayList<>();
			for (int t = 0; t < 4; t++) {
				workers.add(threads.submit(() -> {
					for (int i = 0; i < 20_000; i++) {
						Object member = new Object();
						turns.put(member, new AtomicInteger());
						if (this.lines.join(KEY, member)) {
							next.add(member);
						}
						for (Object first = next.poll(); first != null; first = next.poll()) {
							turns.get(first).incrementAndGet();
							Object successor = this.lines.leave(KEY, first);
							if (successor != null) {
								next.add(successor);
							}
						}
					}
				}));
			}
			for (Future<?> worker : workers) {
				worker.get(60, TimeUnit.SECONDS);
			}
		}
		finally {
			threads.shutdownNow();
		}
		assertThat(turns.values()).hasSize(80_000).allMatch((count) -> count.get() == 1);
		assertThat(this.lines.size()).isZero();
	}

}
