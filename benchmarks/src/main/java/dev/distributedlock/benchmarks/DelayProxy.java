package dev.distributedlock.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;

/**
 * Puts distance between clients and a server: what either sends arrives later by a fixed
 * time, in its order and in the pieces in which it came.
 * <p>
 * One thread reads from all connections and one writes to them. As all that is read is
 * delayed by the same time, what is to be written next is always what was read first.
 */
final class DelayProxy implements AutoCloseable {

	/** A timer that is later than this on average is the fault of a busy machine. */
	private static final long MAX_LATENESS_NANOS = 200_000;

	private final InetSocketAddress target;

	private final long delayNanos;

	private final Selector selector;

	private final ServerSocketChannel server;

	private final BlockingQueue<Piece> underWay = new LinkedBlockingQueue<>();

	private final Thread reader = new Thread(this::readAll, "delay-proxy-reader");

	private final Thread writer = new Thread(this::writeAll, "delay-proxy-writer");

	private volatile boolean closed;

	/** How late timers are, on average; asked for that much earlier. */
	private long latenessNanos = 50_000;

	/**
	 * Open a proxy on a free port of the loopback interface.
	 * @param target where the server is
	 * @param oneWay how much later everything arrives
	 */
	DelayProxy(InetSocketAddress target, Duration oneWay) {
		this.target = target;
		this.delayNanos = oneWay.toNanos();
		try {
			this.selector = Selector.open();
			this.server = ServerSocketChannel.open();
			this.server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
			this.server.configureBlocking(false);
			this.server.register(this.selector, SelectionKey.OP_ACCEPT);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.reader.setDaemon(true);
		this.writer.setDaemon(true);
		this.reader.start();
		this.writer.start();
	}

	int port() {
		return this.server.socket().getLocalPort();
	}

	private void readAll() {
		ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 16);
		try {
			while (!this.closed) {
				this.selector.select();
				for (SelectionKey key : this.selector.selectedKeys()) {
					serve(key, buffer);
				}
				this.selector.selectedKeys().clear();
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		finally {
			this.selector.keys().forEach((key) -> close(key.channel()));
			close(this.selector);
		}
	}

	private void serve(SelectionKey key, ByteBuffer buffer) throws IOException {
		try {
			if (key.isAcceptable()) {
				accept();
			}
			else if (key.isReadable()) {
				read(key, buffer);
			}
		}
		catch (CancelledKeyException ex) {
			// The writer has closed the connection meanwhile.
		}
	}

	private void accept() throws IOException {
		SocketChannel near = this.server.accept();
		if (near == null) {
			return;
		}
		try {
			SocketChannel far = SocketChannel.open(this.target);
			register(near, far);
			register(far, near);
		}
		catch (IOException ex) {
			// as the server would have done
			near.close();
		}
	}

	private void register(SocketChannel from, SocketChannel to) throws IOException {
		from.configureBlocking(false);
		from.setOption(StandardSocketOptions.TCP_NODELAY, true);
		from.register(this.selector, SelectionKey.OP_READ, to);
	}

	private void read(SelectionKey key, ByteBuffer buffer) {
		SocketChannel from = (SocketChannel) key.channel();
		SocketChannel to = (SocketChannel) key.attachment();
		buffer.clear();
		int count;
		try {
			count = from.read(buffer);
		}
		catch (IOException ex) {
			count = -1;
		}
		ByteBuffer data = null;
		if (count >= 0) {
			data = ByteBuffer.allocate(count).put(buffer.flip()).flip();
		}
		else {
			key.cancel();
		}
		this.underWay.add(new Piece(from, to, data, System.nanoTime() + this.delayNanos));
	}

	private void writeAll() {
		try {
			while (true) {
				Piece piece = this.underWay.take();
				waitUntil(piece.due());
				deliver(piece);
			}
		}
		catch (InterruptedException ex) {
			// closed
		}
	}

	private void waitUntil(long due) {
		long left = due - System.nanoTime();
		while (left > 0) {
			long sleep = left - this.latenessNanos;
			if (sleep > 0) {
				LockSupport.parkNanos(sleep);
				long late = System.nanoTime() - due + left - sleep;
				this.latenessNanos = Math.min(Math.max(0, this.latenessNanos + (late - this.latenessNanos) / 8),
						MAX_LATENESS_NANOS);
			}
			else {
				Thread.onSpinWait();
			}
			left = due - System.nanoTime();
		}
	}

	private static void deliver(Piece piece) {
		ByteBuffer data = piece.data();
		try {
			if (data == null) {
				piece.to().close();
				piece.from().close();
				return;
			}
			while (data.hasRemaining()) {
				if (piece.to().write(data) == 0) {
					Thread.onSpinWait();
				}
			}
		}
		catch (IOException ex) {
			close(piece.from());
			close(piece.to());
		}
	}

	private static void close(AutoCloseable channel) {
		try {
			channel.close();
		}
		catch (Exception ex) {
			// gone already
		}
	}

	@Override
	public void close() {
		this.closed = true;
		this.selector.wakeup();
		this.writer.interrupt();
		try {
			this.reader.join();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Bytes under way.
	 *
	 * @param from who sent them
	 * @param to who gets them
	 * @param data the bytes, or {@code null} if the sender closed the connection
	 * @param due when they arrive
	 */
	private record Piece(SocketChannel from, SocketChannel to, @Nullable ByteBuffer data, long due) {

	}

}
