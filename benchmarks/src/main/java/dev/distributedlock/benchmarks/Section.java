package dev.distributedlock.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * What a lock guards, and the proof that it does: each thread leaves its number at the
 * entry and must find it at the exit. In a mapped file it is one section for several
 * processes.
 * <p>
 * When and by whom it was left last is plain memory: whoever reads it has entered after
 * the other had left, and both did so through the occupant.
 */
final class Section {

	private static final VarHandle LONGS = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

	private static final int OCCUPANT = 0;

	private static final int LEFT_AT = 64;

	private static final int LEFT_BY = 72;

	private static final int SIZE = 128;

	private static final long NOBODY = 0;

	private final ByteBuffer memory;

	private Section(ByteBuffer memory) {
		this.memory = memory.order(ByteOrder.nativeOrder());
	}

	static Section inMemory() {
		return new Section(ByteBuffer.allocateDirect(SIZE + Long.BYTES).alignedSlice(Long.BYTES));
	}

	static Section inFile(Path file) {
		try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ,
				StandardOpenOption.WRITE)) {
			return new Section(channel.map(FileChannel.MapMode.READ_WRITE, 0, SIZE));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Enter.
	 * @param who the number of this thread, not 0
	 * @return whether nobody else was inside
	 */
	boolean enter(long who) {
		return (long) LONGS.getAndSet(this.memory, OCCUPANT, who) == NOBODY;
	}

	/**
	 * Leave.
	 * @param who the number of this thread
	 * @param now the time
	 * @return whether nobody else had entered meanwhile
	 */
	boolean leave(long who, long now) {
		this.memory.putLong(LEFT_AT, now);
		this.memory.putLong(LEFT_BY, who);
		return (long) LONGS.compareAndExchange(this.memory, OCCUPANT, who, NOBODY) == who;
	}

	/** When it was left last, in nanos of the monotonic clock, which processes share. */
	long leftAt() {
		return this.memory.getLong(LEFT_AT);
	}

	/** The number of the thread that left it last, 0 if none has. */
	long leftBy() {
		return this.memory.getLong(LEFT_BY);
	}

}
