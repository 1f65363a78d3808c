package dev.distributedlock.faults;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

import com.google.errorprone.annotations.concurrent.GuardedBy;

/**
 * A TCP proxy on the loopback interface that a test can make hold back requests or
 * replies, or cut all connections.
 */
final class FaultProxy implements AutoCloseable {

	private final ServerSocket server;

	private final String host;

	private final int port;

	private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();

	private final ReentrantLock guard = new ReentrantLock();

	private final Condition changed = this.guard.newCondition();

	@GuardedBy("guard")
	private boolean requestsPass = true;

	@GuardedBy("guard")
	private boolean repliesPass = true;

	private volatile long delayNanos;

	@GuardedBy("guard")
	private int connections;

	// connections up to this number are silent
	@GuardedBy("guard")
	private int silenced;

	FaultProxy(String host, int port) {
		this.host = host;
		this.port = port;
		try {
			this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		start(this::accept);
	}

	String url() {
		return "redis://127.0.0.1:" + this.server.getLocalPort();
	}

	/** Hold back what clients send. */
	void holdRequests() {
		set(false, true);
	}

	/** Let requests through and hold back what the server answers. */
	void holdReplies() {
		set(true, false);
	}

	/**
	 * Hold back everything on the connections that exist, and nothing on new ones, as a
	 * firewall does that has forgotten them.
	 */
	void silenceExisting() {
		this.guard.lock();
		try {
			this.silenced = this.connections;
		}
		finally {
			this.guard.unlock();
		}
	}

	/** Let requests and replies take a time each, one after the other. */
	void delay(Duration delay) {
		this.delayNanos = delay.toNanos();
	}

	/** Let everything through, also what was held back. */
	void pass() {
		set(true, true);
	}

	/** Reset all connections. */
	void cut() {
		for (Socket socket = this.sockets.poll(); socket != null; socket = this.sockets.poll()) {
			try {
				socket.setSoLinger(true, 0);
				socket.close();
			}
			catch (IOException ex) {
				// Closed is what it is to be.
			}
		}
	}

	private void set(boolean requests, boolean replies) {
		this.guard.lock();
		try {
			this.requestsPass = requests;
			this.repliesPass = replies;
			this.silenced = 0;
			this.changed.signalAll();
		}
		finally {
			this.guard.unlock();
		}
	}

	private void accept() {
		try {
			while (true) {
				Socket client = this.server.accept();
				Socket upstream = new Socket(this.host, this.port);
				client.setTcpNoDelay(true);
				upstream.setTcpNoDelay(true);
				this.sockets.add(client);
				this.sockets.add(upstream);
				int number = nextNumber();
				start(() -> pump(number, client, upstream, /* requests= */ true));
				start(() -> pump(number, upstream, client, /* requests= */ false));
			}
		}
		catch (IOException ex) {
			// Closed, or the server is gone: the client sees its connection end.
		}
	}

	private int nextNumber() {
		this.guard.lock();
		try {
			return ++this.connections;
		}
		finally {
			this.guard.unlock();
		}
	}

	private void pump(int number, Socket from, Socket to, boolean requests) {
		byte[] buffer = new byte[16 * 1024];
		try (from; to) {
			InputStream in = from.getInputStream();
			OutputStream out = to.getOutputStream();
			for (int count = in.read(buffer); count > 0; count = in.read(buffer)) {
				long arrivedAt = System.nanoTime();
				awaitPassage(number, requests);
				awaitDelay(arrivedAt);
				out.write(buffer, 0, count);
				out.flush();
			}
		}
		catch (IOException ex) {
			// The other side is told by the end of its connection.
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void awaitPassage(int number, boolean requests) throws InterruptedException {
		this.guard.lock();
		try {
			while (number <= this.silenced || (requests ? !this.requestsPass : !this.repliesPass)) {
				this.changed.await();
			}
		}
		finally {
			this.guard.unlock();
		}
	}

	private void awaitDelay(long arrivedAt) {
		for (long left = this.delayNanos; left > 0; left = this.delayNanos - (System.nanoTime() - arrivedAt)) {
			LockSupport.parkNanos(left);
		}
	}

	private static void start(Runnable task) {
		Thread thread = new Thread(task, "fault-proxy");
		thread.setDaemon(true);
		thread.start();
	}

	@Override
	public void close() {
		try {
			this.server.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		cut();
		// Only now: what was held back must not reach the server after the test.
		pass();
	}

}
