package dev.distributedlock.benchmarks;

import java.util.Arrays;

/**
 * Times of one thread in one turn. When it has seen more than it can hold, it goes on
 * with every second, every fourth and so on, evenly over the whole turn.
 */
final class Samples {

	private static final int CAPACITY = 1 << 14;

	private final long[] values = new long[CAPACITY];

	private int size;

	private long seen;

	private int stride = 1;

	void add(long value) {
		if (this.seen++ % this.stride != 0) {
			return;
		}
		if (this.size == CAPACITY) {
			for (int i = 0; i < CAPACITY / 2; i++) {
				this.values[i] = this.values[2 * i];
			}
			this.size = CAPACITY / 2;
			this.stride *= 2;
			// This one comes at an even multiple of the old stride, so it is kept.
		}
		this.values[this.size++] = value;
	}

	long[] toArray() {
		return Arrays.copyOf(this.values, this.size);
	}

}
